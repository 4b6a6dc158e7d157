import type { Annotation } from '$lib/domain/annotation';
import { byId } from '$lib/domain/change';
import { asId } from '$lib/domain/ids';
import { resolveRegions, type ResolveLabel } from '$lib/domain/label-resolution';
import { acceptedRegion, type PredictedRegion, type Prediction } from '$lib/domain/prediction';
import type { Region } from '$lib/domain/region';
import { versionOf } from '$lib/domain/version';
import { changed, UNCHANGED, type BulkKind, type CreateHow } from './bulk-kind';
import { isOf } from './delete-kinds';

/** A task that nobody has touched gets what its model said; a draft holds it as one change, which can be undone there. */
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
    if (how.as === 'draft') {
      const draft = { taskId, projectId, regions: [], basedOn: 0, imageSize: size, savedAt: now };
      const change = { before: new Map(), after: byId(regions) };
      const entry = { taskId, sequence: 1, change, step: 'do' } as const;
      return { rows: [changed('drafts', null, draft), changed('draftEntries', null, entry)], counts };
    }
    const annotation: Annotation = {
      taskId,
      projectId,
      regions,
      isSkipped: false,
      imageSize: size,
      annotator: how.annotator,
      revision: Math.max(0, ...rows.versions.map(({ revision }) => revision)) + 1,
      createdAt: now,
      updatedAt: now,
    };
    // The version outlives its annotation, so that no later one gets its revision.
    const version = { ...changed('versions', null, versionOf(annotation, [])), stays: true };
    return { rows: [changed('annotations', null, annotation), version], counts };
  },
};

/** What of the newest prediction becomes boxes; what a person rejected or what has no label does not. */
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
