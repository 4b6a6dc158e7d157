import type { Annotation, Draft, DraftEntry } from '$lib/domain/annotation';
import { AppError, type ErrorCode } from '$lib/domain/errors';
import type { TaskId } from '$lib/domain/ids';
import { toAppError } from './to-app-error';
import type { KakomiDexie } from './connection';

const JOURNAL = ['drafts', 'draftEntries', 'draftsBehind'] as const;

/**
 * Writes one gesture in a single round trip to the disk: all rows are requested at once, and the transaction is
 * committed as soon as the rows that it depends on are found. This is the only write that the user's hand waits for, so
 * it bypasses Dexie, whose own steps cost several milliseconds; nobody watches these tables.
 *
 * [Note: Stands on]
 * A journal's row depends on the row before it: a draft is deleted with its rows, and is deleted with its task in one
 * transaction, so a row after another needs no check of the task, and a stroke never waits for other reads and writes
 * of tasks. The first change of a draft depends on the task and on the annotation that the draft starts from.
 */
export async function appendToJournal(
  db: KakomiDexie,
  entry: DraftEntry,
  newDraft: Draft | null,
): Promise<void> {
  try {
    await write(db, entry, newDraft);
  } catch (error) {
    // Its position in the journal is taken, or a row that it depends on was deleted: somebody else has written first.
    if (error instanceof DOMException && (error.name === 'ConstraintError' || error.name === 'AbortError'))
      throw new AppError(await refusalReason(db, entry.taskId), {}, { cause: error });
    throw toAppError(error, db);
  }
}

function write(db: KakomiDexie, entry: DraftEntry, newDraft: Draft | null): Promise<void> {
  const { taskId, profileId, sequence } = entry;
  const tables = newDraft ? [...JOURNAL, 'tasks', 'annotations'] : JOURNAL;
  return db.writeBare(tables, (transaction) => {
    const store = (name: string) => transaction.objectStore(name);
    /** Commits with the last of the checks; a failed check rolls everything back. */
    let open = newDraft ? 2 : 1;
    const check = <Found>(request: IDBRequest<Found>, holds: (found: Found) => boolean): void => {
      request.onsuccess = () => {
        open -= 1;
        if (!holds(request.result)) transaction.abort();
        else if (open === 0) transaction.commit();
      };
    };
    const isThere = (key: IDBValidKey | undefined): boolean => key !== undefined;
    if (newDraft) {
      check(store('tasks').getKey(taskId), isThere);
      const annotation = store('annotations').get([taskId, profileId]) as IDBRequest<Annotation | undefined>;
      check(annotation, (found) => (found?.revision ?? 0) === newDraft.basedOn);
      store('drafts').add(newDraft);
    } else if (sequence > 1) check(store('draftEntries').getKey([taskId, profileId, sequence - 1]), isThere);
    else check(store('drafts').getKey([taskId, profileId]), isThere);
    store('draftEntries').add(entry);
    store('draftsBehind').put({ taskId });
  });
}

/** Runs only after a failure, so that no gesture waits for it. */
async function refusalReason(db: KakomiDexie, taskId: TaskId): Promise<ErrorCode> {
  if (db.loss) return db.loss.code;
  return (await db.tasks.where('id').equals(taskId).count()) === 0 ? 'task-missing' : 'edited-elsewhere';
}
