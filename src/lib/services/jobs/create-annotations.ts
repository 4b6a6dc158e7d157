import type { Annotation } from '$lib/domain/annotation';
import { byId } from '$lib/domain/change';
import { asId, type ModelId } from '$lib/domain/ids';
import { acceptedRegion, type PredictedRegion, type Prediction } from '$lib/domain/prediction';
import type { BoxRegion } from '$lib/domain/regions/box';
import { summarize } from '$lib/domain/task';
import type { TaskWhole } from '$lib/domain/trash';
import { versionOf } from '$lib/domain/version';
import type { Database } from '../ports/database';
import type { JobPorts } from '../ports/ports';

export interface ModelVersion {
  readonly modelId: ModelId;
  readonly modelVersion: number;
}

export interface CreateHow {
  readonly of: ModelVersion | null;
  /** 0..1; weaker boxes are left out. */
  readonly minScore: number;
  /** As drafts for a person to look at, or as submitted. */
  readonly as: 'draft' | 'submitted';
  /** Whose work it is. */
  readonly annotator: string;
}

export const isOf = (prediction: Prediction, { modelId, modelVersion }: ModelVersion): boolean =>
  prediction.modelId === modelId && prediction.modelVersion === modelVersion;

/** What of a task's newest prediction becomes boxes; what a person rejected does not. */
export function acceptable(
  { predictions }: Pick<TaskWhole, 'predictions'>,
  { minScore }: CreateHow,
): readonly PredictedRegion[] {
  const newest = predictions.reduce<Prediction | null>(
    (best, one) => (best === null || one.createdAt > best.createdAt ? one : best),
    null,
  );
  const rejected = new Set(newest?.rejected);
  return (
    newest?.regions.filter(
      ({ score, labelId }, place) => score >= minScore && labelId !== null && !rejected.has(place),
    ) ?? []
  );
}

/** A task that nobody has touched gets what its model said; a draft holds it as one change, which can be undone there. */
export async function createAnnotation(
  { database, clock, makeId }: JobPorts,
  whole: TaskWhole,
  how: CreateHow,
): Promise<void> {
  const { id: taskId, projectId, size } = whole.task;
  const regions: readonly BoxRegion[] = acceptable(whole, how).map((region) =>
    acceptedRegion(region, asId<'region'>(makeId())),
  );
  const now = clock.now();
  if (how.as === 'draft') {
    await database.drafts.put({
      taskId,
      projectId,
      regions: [],
      basedOn: 0,
      imageSize: size!,
      savedAt: now,
    });
    const change = { before: new Map(), after: byId(regions) };
    await database.drafts.putEntries([{ taskId, sequence: 1, change, step: 'do' }]);
    await database.tasks.update(taskId, summarize(null, regions));
    return;
  }
  const annotation: Annotation = {
    taskId,
    projectId,
    regions,
    isSkipped: false,
    imageSize: size,
    annotator: how.annotator,
    revision: (await database.versions.lastRevision(taskId)) + 1,
    createdAt: now,
    updatedAt: now,
  };
  await database.versions.put(versionOf(annotation, []));
  await database.annotations.put(annotation);
  await database.tasks.update(taskId, summarize(annotation, null));
}

/** Nobody has worked on a task since its annotation was made from a prediction. */
export async function isAsCreated(database: Database, { task: { id } }: TaskWhole): Promise<boolean> {
  const annotation = await database.annotations.get(id);
  const draft = await database.drafts.get(id);
  if (draft !== undefined) return annotation === undefined && (await database.drafts.length(id)) === 1;
  return annotation !== undefined && annotation.revision === (await database.versions.lastRevision(id))
    ? annotation.createdAt === annotation.updatedAt
    : false;
}
