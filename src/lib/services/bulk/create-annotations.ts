import type { Annotation, Draft, DraftEntry, WorkKey } from '$lib/domain/annotation';
import { byId, changeOfRegions, NO_CHOICES } from '$lib/domain/change';
import { asId } from '$lib/domain/ids';
import { resolveRegions, type ResolveLabel } from '$lib/domain/label-resolution';
import { acceptedRegion, type PredictedRegion, type Prediction } from '$lib/domain/prediction';
import type { Region } from '$lib/domain/region';
import { versionOf } from '$lib/domain/version';
import { changed, UNCHANGED, type BulkKind, type CreateHow } from './bulk-kind';
import { isOf } from './delete-kinds';

/**
 * Turns a model's predictions into annotations of tasks that nobody has worked on; a draft stores them as one change,
 * which can be undone there.
 */
export const createAnnotations: BulkKind<'create-annotations'> = {
  reads: ['annotations', 'drafts', 'draftEntries', 'predictions', 'versions'],
  changes({ task, rows }, { how }, { now, makeId, resolve }) {
    const { id: taskId, projectId, size } = task;
    const { of } = how;
    const predictions = of === null ? rows.predictions : rows.predictions.filter((one) => isOf(one, of));
    const isTouched = rows.annotations.length + rows.drafts.length + rows.draftEntries.length > 0;
    if (isTouched || size === null || predictions.length === 0) return UNCHANGED;
    const regions: readonly Region[] = acceptable(predictions, how, resolve).map((region) =>
      acceptedRegion(region, asId<'region'>(makeId())),
    );
    const counts = { boxes: regions.length };
    const key: WorkKey = { taskId, profileId: how.annotator };
    if (how.as === 'draft') {
      const draft: Draft = {
        ...key,
        projectId,
        regions: [],
        choices: NO_CHOICES,
        basedOn: 0,
        imageSize: size,
        savedAt: now,
      };
      const change = changeOfRegions({ before: new Map(), after: byId(regions) });
      const entry: DraftEntry = { ...key, sequence: 1, change, step: 'do' };
      return { rows: [changed('drafts', null, draft), changed('draftEntries', null, entry)], counts };
    }
    const ownVersions = rows.versions.filter(({ profileId }) => profileId === how.annotator);
    const annotation: Annotation = {
      ...key,
      projectId,
      regions,
      choices: NO_CHOICES,
      isSkipped: false,
      imageSize: size,
      annotator: how.annotator,
      revision: 1 + Math.max(0, ...ownVersions.map(({ revision }) => revision)),
      createdAt: now,
      updatedAt: now,
    };
    // The version outlives its annotation, so that no later one gets its revision.
    const version = { ...changed('versions', null, versionOf(annotation, [])), stays: true };
    return { rows: [changed('annotations', null, annotation), version], counts };
  },
};

/** The boxes of the newest prediction to accept; boxes that a person rejected or that have no label are left out. */
function acceptable(
  predictions: readonly Prediction[],
  { minScore }: CreateHow,
  resolve: ResolveLabel,
): readonly PredictedRegion[] {
  const newest = predictions.reduce((best, one) => (one.createdAt > best.createdAt ? one : best));
  const rejected = new Set(newest.rejected);
  return resolveRegions(newest.regions, resolve).filter(
    ({ score, labelId }, place) => score >= minScore && labelId !== null && !rejected.has(place),
  );
}
