import type { Annotation, Draft, DraftEntry, WorkKey } from '$lib/domain/annotation';
import { AppError } from '$lib/domain/errors';
import type { ProfileId } from '$lib/domain/ids';
import type { Task } from '$lib/domain/task';
import type { Database } from '../ports/database';
import type { Ports } from '../ports/ports';
import { recount } from '../recount';

/** The rows that a Submit, Submit Empty or Skip wrote, and the rows that it replaced: enough to undo it. */
export interface Submission {
  readonly task: Task;
  readonly written: Annotation;
  readonly before: WorkOnTask & { readonly reference: ProfileId | null };
}

/** One person's work on one task: the submitted annotation, and the draft with its undo and redo. */
export interface WorkOnTask {
  readonly annotation: Annotation | null;
  readonly draft: Draft | null;
  readonly entries: readonly DraftEntry[];
}

export async function readWork(database: Database, key: WorkKey): Promise<WorkOnTask> {
  const draft = (await database.drafts.get(key)) ?? null;
  return {
    annotation: (await database.annotations.get(key)) ?? null,
    draft,
    entries: draft === null ? [] : await database.drafts.entries(key),
  };
}

/**
 * Undoes a Submit, all or nothing: the task is as it was before. If anything was done to the task since, nothing is
 * overwritten and it fails with `changed-since-submit`. The version stays, marked as taken back, so that the history is
 * true and no other submit gets its number.
 */
export const undoSubmission = (
  { database, clock }: Pick<Ports, 'database' | 'clock'>,
  { task, written, before }: Submission,
): Promise<void> =>
  database.write(async () => {
    const { id, number } = task;
    if ((await database.tasks.get(id)) === undefined) throw new AppError('task-missing');
    const now = await database.annotations.get(written);
    const isUntouched =
      now?.revision === written.revision &&
      now.updatedAt === written.updatedAt &&
      (await database.drafts.get(written)) === undefined;
    if (!isUntouched) throw new AppError('changed-since-submit', { number });
    if (before.annotation) await database.annotations.put(before.annotation);
    else await database.annotations.delete(written);
    if (before.draft) {
      await database.drafts.put(before.draft);
      await database.drafts.putEntries(before.entries);
    }
    const version = await database.versions.get(written, written.revision);
    if (version) await database.versions.put({ ...version, takenBackAt: clock.now() });
    await database.tasks.update(id, { reference: before.reference });
    await recount(database, [id]);
  }, ['tasks', 'annotations', 'drafts', 'versions', 'predictions']);
