import type { TaskFacts } from '$lib/domain/filter';
import type { LabelId } from '$lib/domain/ids';
import { nameOf, type ProfileNames } from '$lib/domain/profile';
import type { Task } from '$lib/domain/task';

/** The fields of a task that filters use; equal lists of labels share one array. */
export function factsOf(
  task: Task,
  labelSets: Map<string, readonly LabelId[]>,
  names: ProfileNames,
): TaskFacts {
  const key = task.labelIds.join();
  const labelIds = labelSets.get(key) ?? task.labelIds;
  if (labelSets.size < MAX_LABEL_SETS) labelSets.set(key, labelIds);
  return {
    id: task.id,
    number: task.number,
    path: task.path,
    size: task.size,
    problem: task.problem,
    isMissing: task.isMissing,
    progress: task.progress,
    regionCount: task.regionCount,
    labelIds,
    labelCounts: NO_COUNTS,
    annotatedAt: task.annotatedAt,
    annotator: task.annotator && nameOf(task.annotator, names),
    predictionCount: task.predictionCount,
    predictionScore: task.predictionScore,
  };
}

const NO_COUNTS: readonly number[] = [];
const MAX_LABEL_SETS = 1000;
