import type { Annotation } from '$lib/domain/annotation';
import type { TaskId } from '$lib/domain/ids';
import { placeOf, summarize, summarizePredictions, type Task } from '$lib/domain/task';
import type { BulkAction, TaskWhole } from '$lib/domain/trash';
import { readDraft } from '../annotations';
import { isAsCreated } from './create-annotations';
import type { Database } from '../ports/database';
import type { JobContext, SkippedList } from './job';

/**
 * Takes an action back, batch by batch. Work that was done since is never written over: such a task stays as
 * it is now and is told as `edited-elsewhere`. The answer is how many tasks are as they were.
 */
export async function putBack(
  actionId: string,
  { ports: { database }, signal, report }: JobContext,
  skipped: SkippedList,
): Promise<number> {
  let restored = 0;
  for (let sequence = 1; ; sequence += 1) {
    signal.throwIfAborted();
    const row = await database.trash.get(actionId, sequence);
    if (!row) break;
    await database.write(async () => {
      for (const whole of await returnable(database, row.action, row.tasks, skipped)) {
        await restore(database, row.action, whole);
        restored += 1;
      }
    });
    report({ done: restored + skipped.count, total: null });
  }
  await database.trash.deleteAction(actionId);
  return restored;
}

async function returnable(
  database: Database,
  action: BulkAction,
  wholes: readonly TaskWhole[],
  skipped: SkippedList,
): Promise<readonly TaskWhole[]> {
  const taken =
    action === 'delete-tasks'
      ? await database.tasks.takenPlaces(wholes.map(({ task }) => task))
      : new Set<string>();
  const kept: TaskWhole[] = [];
  for (const whole of wholes) {
    const isFree =
      action === 'delete-tasks'
        ? !taken.has(placeOf(whole.task))
        : await isUntouched(database, action, whole);
    if (isFree) kept.push(whole);
    else skipped.add(whole.task.path, 'edited-elsewhere');
  }
  return kept;
}

/** Nothing was done to the task since the action. */
async function isUntouched(database: Database, action: BulkAction, whole: TaskWhole): Promise<boolean> {
  const { id } = whole.task;
  if ((await database.tasks.get(id)) === undefined) return false;
  if (action === 'delete-predictions') {
    const now = await database.predictions.forTask(id);
    return !whole.predictions.some((gone) =>
      now.some((one) => one.modelId === gone.modelId && one.modelVersion === gone.modelVersion),
    );
  }
  const annotation = await database.annotations.get(id);
  const draft = await database.drafts.get(id);
  if (action === 'delete-annotations') return annotation === undefined && draft === undefined;
  if (action === 'create-annotations') return isAsCreated(database, whole);
  const entries = draft ? await database.drafts.entries(id) : [];
  return (
    (annotation?.revision ?? 0) === (whole.annotation === null ? 0 : whole.annotation.revision + 1) &&
    (draft === undefined) === (whole.draft === null) &&
    entries.length === whole.entries.length
  );
}

async function restore(database: Database, action: BulkAction, whole: TaskWhole): Promise<void> {
  const { task, annotation, draft, entries, predictions } = whole;
  if (action === 'create-annotations') {
    await database.annotations.deleteMany([task.id]);
    await database.drafts.delete(task.id);
    return database.tasks.update(task.id, summarize(null, null));
  }
  if (action === 'delete-tasks') await database.tasks.putMany([task]);
  if (action !== 'delete-predictions') {
    if (annotation !== null) await database.annotations.put(revised(annotation, action));
    if (draft !== null) {
      await database.drafts.put({ ...draft, basedOn: basedOn(draft.basedOn, annotation, action) });
      await database.drafts.putEntries(entries);
    }
    if (action !== 'merge-label')
      await database.trash.unbury(action === 'delete-tasks' ? 'tasks' : 'annotations', [task.id]);
  }
  if (action === 'delete-tasks' || action === 'delete-predictions')
    await database.predictions.put(predictions);
  await database.tasks.update(task.id, await summaryNow(database, task.id, action));
}

/** Both the relabelling and its undoing are changes that another tab has to notice. */
const revised = (annotation: Annotation, action: BulkAction): Annotation =>
  action === 'merge-label' ? { ...annotation, revision: annotation.revision + 2 } : annotation;
const basedOn = (before: number, annotation: Annotation | null, action: BulkAction): number =>
  action === 'merge-label' && annotation !== null ? annotation.revision + 2 : before;

async function summaryNow(database: Database, id: TaskId, action: BulkAction): Promise<Partial<Task>> {
  const predictions = summarizePredictions(await database.predictions.forTask(id));
  if (action === 'delete-predictions') return predictions;
  const annotation = (await database.annotations.get(id)) ?? null;
  const draft = await readDraft(database, id);
  return { ...summarize(annotation, draft && [...draft.regions.values()]), ...predictions };
}
