import { regionsOfDraft, type Annotation, type Draft, type DraftEntry } from '$lib/domain/annotation';
import { AppError } from '$lib/domain/errors';
import type { TaskId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import { summarize, type Task } from '$lib/domain/task';
import type { Database } from '../ports/database';
import type { Ports } from '../ports/ports';

/** What a Submit, Submit Empty or Skip wrote, and what it wrote over: enough to take it back. */
export interface Submission {
  readonly task: Task;
  readonly written: Annotation;
  readonly before: WorkOnTask;
}

/** The work on one task: what was submitted, and what is not sent yet, with its undo and redo. */
export interface WorkOnTask {
  readonly annotation: Annotation | null;
  readonly draft: Draft | null;
  readonly entries: readonly DraftEntry[];
}

export async function readWork(database: Database, taskId: TaskId): Promise<WorkOnTask> {
  const draft = (await database.drafts.get(taskId)) ?? null;
  return {
    annotation: (await database.annotations.get(taskId)) ?? null,
    draft,
    entries: draft === null ? [] : await database.drafts.entries(taskId),
  };
}

/**
 * Takes a Submit back, all or nothing: the task is as it was before. What was done to the task since is never
 * written over: then it fails with `changed-since-submit`. The version stays, marked as taken back, so that the
 * history tells the truth and no other submit gets its number.
 */
export const undoSubmission = (
  { database, clock }: Pick<Ports, 'database' | 'clock'>,
  { task, written, before }: Submission,
): Promise<void> =>
  database.write(async () => {
    const { id, number } = task;
    if ((await database.tasks.get(id)) === undefined) throw new AppError('task-missing');
    const now = await database.annotations.get(id);
    const isUntouched =
      now?.revision === written.revision &&
      now.updatedAt === written.updatedAt &&
      (await database.drafts.get(id)) === undefined;
    if (!isUntouched) throw new AppError('changed-since-submit', { number });
    if (before.annotation) await database.annotations.put(before.annotation);
    else await database.annotations.deleteMany([id]);
    if (before.draft) {
      await database.drafts.put(before.draft);
      await database.drafts.putEntries(before.entries);
    }
    const version = (await database.versions.forTask(id)).find(
      ({ revision }) => revision === written.revision,
    );
    if (version) await database.versions.put({ ...version, takenBackAt: clock.now() });
    await database.tasks.update(id, summarize(before.annotation, unsent(before)));
  }, ['tasks', 'annotations', 'drafts', 'versions']);

const unsent = ({ draft, entries }: WorkOnTask): readonly Region[] | null =>
  draft && [...regionsOfDraft(draft, entries).values()];
