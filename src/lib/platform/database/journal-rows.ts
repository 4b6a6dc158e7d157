import type { TaskId } from '$lib/domain/ids';
import { Dexie } from 'dexie';
import type { KakomiDexie } from './connection';

const { minKey, maxKey } = Dexie;

/** The journal of a draft, in its order. */
export const entriesOf = (db: KakomiDexie, taskId: TaskId) =>
  db.draftEntries.where('[taskId+sequence]').between([taskId, minKey], [taskId, maxKey]);

/** A draft with its journal and its mark. See [Note: Stands on] in append-to-journal.ts. */
export async function deleteDraft(db: KakomiDexie, taskId: TaskId): Promise<void> {
  await db.drafts.delete(taskId);
  await entriesOf(db, taskId).delete();
  await db.draftsBehind.delete(taskId);
}
