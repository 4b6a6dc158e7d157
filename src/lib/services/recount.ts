import { regionsOfDraft, type Annotation, type Draft, type DraftEntry } from '$lib/domain/annotation';
import type { TaskId } from '$lib/domain/ids';
import type { Prediction } from '$lib/domain/prediction';
import type { Region } from '$lib/domain/region';
import { summarize, summarizePredictions, type Task, type TaskSummary } from '$lib/domain/task';
import type { Database } from './ports/database';

/** The stored rows of one task from which its counts follow. */
export interface TaskContents {
  readonly annotation: Annotation | null;
  readonly draft: Draft | null;
  readonly entries: readonly DraftEntry[];
  readonly predictions: readonly Prediction[];
}

type Contents = Pick<Database, 'tasks' | 'annotations' | 'drafts' | 'predictions'>;

/** Reads the contents of many tasks, in their order. Inside one transaction they are one snapshot. */
export async function contentsOf(
  database: Contents,
  ids: readonly TaskId[],
): Promise<readonly TaskContents[]> {
  const [annotations, drafts, predictions] = await Promise.all([
    database.annotations.getMany(ids),
    database.drafts.getMany(ids),
    database.predictions.forTasks(ids),
  ]);
  const said = new Map<TaskId, Prediction[]>();
  for (const one of predictions) said.set(one.taskId, [...(said.get(one.taskId) ?? []), one]);
  return Promise.all(
    ids.map(async (id, at) => {
      const draft = drafts[at] ?? null;
      return {
        annotation: annotations[at] ?? null,
        draft,
        entries: draft === null ? [] : await database.drafts.entries(id),
        predictions: said.get(id) ?? [],
      };
    }),
  );
}

/** The regions of a draft after its journal was replayed. */
export const draftRegions = ({ draft, entries }: TaskContents): readonly Region[] | null =>
  draft && [...regionsOfDraft(draft, entries).values()];

export const summaryOf = (contents: TaskContents): TaskSummary => ({
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

/** Two models may have spoken in the same millisecond: then either one's score may stand. */
function isScoreOfNewest(score: number | null, predictions: readonly Prediction[]): boolean {
  const newest = Math.max(...predictions.map(({ createdAt }) => createdAt));
  return predictions.some(
    (one) => one.createdAt === newest && summarizePredictions([one]).predictionScore === score,
  );
}

/** Corrects the counts of these tasks where they differ from their contents. Runs inside one transaction. */
export async function recount(database: Contents, ids: readonly TaskId[]): Promise<number> {
  const tasks = await database.tasks.getMany(ids);
  const contents = await contentsOf(
    database,
    tasks.map(({ id }) => id),
  );
  const wrong = tasks.flatMap((task, at) => {
    const own = contents[at]!;
    return isCountedRight(task, own) ? [] : [{ before: task, after: { ...task, ...summaryOf(own) } }];
  });
  await database.tasks.putMany(
    wrong.map(({ after }) => after),
    wrong.map(({ before }) => before),
  );
  return wrong.length;
}
