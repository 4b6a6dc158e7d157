import { regionsOfDraft, type Annotation, type Draft, type DraftEntry } from '$lib/domain/annotation';
import { groupBy } from '$lib/domain/group-by';
import type { TaskId } from '$lib/domain/ids';
import type { Prediction } from '$lib/domain/prediction';
import type { Region } from '$lib/domain/region';
import {
  summarize,
  summarizePredictions,
  type Task,
  type TaskSummary,
  type WorkSummary,
} from '$lib/domain/task';
import { draftShown, latestOf, referenceOf } from '$lib/domain/whose';
import type { Database } from './ports/database';

/** The stored rows of one task. Its counts follow from `annotation`, `draft`, `entries` and `predictions`. */
export interface TaskContents {
  /** Annotations of all profiles. */
  readonly annotations: readonly Annotation[];
  /** The annotation that counts. See [Note: Whose]. */
  readonly annotation: Annotation | null;
  /** Drafts of all profiles. */
  readonly drafts: readonly Draft[];
  /** The draft that is shown. */
  readonly draft: Draft | null;
  readonly entries: readonly DraftEntry[];
  readonly predictions: readonly Prediction[];
}

type Contents = Pick<Database, 'tasks' | 'annotations' | 'drafts' | 'predictions'>;

/** Reads the contents of many tasks, in their order. Inside one transaction they are one snapshot. */
export async function contentsOf(
  database: Contents,
  tasks: readonly Pick<Task, 'id' | 'reference'>[],
): Promise<readonly TaskContents[]> {
  const ids = tasks.map(({ id }) => id);
  const [annotations, drafts, predictions] = await Promise.all([
    database.annotations.forTasks(ids),
    database.drafts.forTasks(ids),
    database.predictions.forTasks(ids),
  ]);
  const said = groupBy(predictions, ({ taskId }) => taskId);
  return Promise.all(
    tasks.map(async ({ id, reference }, at) => {
      const draft = draftShown(drafts[at]!);
      return {
        annotations: annotations[at]!,
        annotation: referenceOf(annotations[at]!, reference),
        drafts: drafts[at]!,
        draft,
        entries: draft === null ? [] : await database.drafts.entries(draft),
        predictions: said.get(id) ?? [],
      };
    }),
  );
}

/** The regions of a draft after its journal was replayed. */
export const draftRegions = ({ draft, entries }: TaskContents): readonly Region[] | null =>
  draft && [...regionsOfDraft(draft, entries).values()];

export const summaryOf = (contents: TaskContents): WorkSummary & TaskSummary => ({
  ...summarize(contents.annotation, draftRegions(contents)),
  ...summarizePredictions(contents.predictions),
});

/** Whether a task's counts equal those of its contents. The order of its labels does not matter. */
export function isCountedRight(task: Task, contents: TaskContents): boolean {
  const { labelIds, labelCounts, predictionScore, ...rest } = summaryOf(contents);
  const boxes = new Map(labelIds.map((id, at) => [id, labelCounts[at]]));
  return (
    Object.entries(rest).every(([key, value]) => task[key as keyof typeof rest] === value) &&
    task.labelIds.length === labelIds.length &&
    task.labelIds.every((id, at) => boxes.get(id) === task.labelCounts[at]) &&
    (task.predictionScore === predictionScore || isScoreOfNewest(task.predictionScore, contents.predictions))
  );
}

/** Two models may have made predictions in the same millisecond: then either one's score is valid. */
function isScoreOfNewest(score: number | null, predictions: readonly Prediction[]): boolean {
  const newest = Math.max(...predictions.map(({ createdAt }) => createdAt));
  return predictions.some(
    (one) => one.createdAt === newest && summarizePredictions([one]).predictionScore === score,
  );
}

/**
 * Corrects the counts of these tasks where they differ from their contents. Runs inside one transaction.
 * `pointsToLatest`: work of several people was merged, and the annotation that was changed last counts.
 */
export async function recount(
  database: Contents,
  ids: readonly TaskId[],
  { pointsToLatest = false }: { readonly pointsToLatest?: boolean } = {},
): Promise<number> {
  const tasks = await database.tasks.getMany(ids);
  const contents = await contentsOf(database, tasks);
  const wrong = tasks.flatMap((task, at) => {
    const found = contents[at]!;
    const own = pointsToLatest ? { ...found, annotation: latestOf(found.annotations) } : found;
    return isCountedRight(task, own) ? [] : [{ before: task, after: { ...task, ...summaryOf(own) } }];
  });
  await database.tasks.putMany(
    wrong.map(({ after }) => after),
    wrong.map(({ before }) => before),
  );
  return wrong.length;
}
