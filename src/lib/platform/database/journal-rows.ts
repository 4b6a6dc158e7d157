import type { WorkKey } from '$lib/domain/annotation';
import type { TaskId } from '$lib/domain/ids';
import { Dexie } from 'dexie';
import type { KakomiDexie } from './connection';

const { minKey, maxKey } = Dexie;

/** The journal of a draft, in its order. */
export const entriesOf = (db: KakomiDexie, { taskId, profileId }: WorkKey) =>
  db.draftEntries
    .where('[taskId+profileId+sequence]')
    .between([taskId, profileId, minKey], [taskId, profileId, maxKey]);

/** Deletes a draft with its journal and its mark. See [Note: Stands on] in append-to-journal.ts. */
export async function deleteDraft(db: KakomiDexie, key: WorkKey): Promise<void> {
  await db.drafts.delete([key.taskId, key.profileId]);
  await entriesOf(db, key).delete();
  await db.draftsBehind.delete(key.taskId);
}

/** The drafts of these tasks, read by their keys alone. */
export async function draftsOf(db: KakomiDexie, ids: readonly TaskId[]): Promise<readonly WorkKey[]> {
  const wanted = new Set(ids);
  if (ids.length === 0) return [];
  const [first, last] = [ids.reduce((a, b) => (a < b ? a : b)), ids.reduce((a, b) => (a < b ? b : a))];
  const keys = await db.drafts
    .where('[taskId+profileId]')
    .between([first, minKey], [last, maxKey])
    .primaryKeys();
  return keys.flatMap(([taskId, profileId]) => (wanted.has(taskId) ? [{ taskId, profileId }] : []));
}
