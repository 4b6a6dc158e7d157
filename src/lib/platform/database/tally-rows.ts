import type { ProjectId } from '$lib/domain/ids';
import { changeTally, type Tally } from '$lib/domain/tally';
import type { Task } from '$lib/domain/task';
import type { KakomiDexie } from './connection';

/** An unfinished tally has a row of its own, so that watchers of the finished one are not notified of its portions. */
const unfinishedKey = (id: ProjectId): ProjectId => `${id}/unfinished` as ProjectId;

const rowOf = (tally: Tally): Tally =>
  tally.countedTo === undefined ? tally : { ...tally, projectId: unfinishedKey(tally.projectId) };

export async function wholeTally(db: KakomiDexie, id: ProjectId): Promise<Tally | null> {
  return (await db.tallies.get(id)) ?? null;
}

export async function unfinishedTally(db: KakomiDexie, id: ProjectId): Promise<Tally | null> {
  const row = await db.tallies.get(unfinishedKey(id));
  return row ? { ...row, projectId: id } : null;
}

/** A finished tally replaces the unfinished one; a portion of a new tally replaces the finished one. */
export const putTally = (db: KakomiDexie, tally: Tally): Promise<void> =>
  db.transaction('rw', db.tallies, async () => {
    const { projectId, countedTo } = tally;
    if (countedTo === undefined) {
      await db.tallies.put(tally);
      await db.tallies.delete(unfinishedKey(projectId));
      return;
    }
    await db.tallies.put(rowOf(tally));
    if (await db.tallies.get(projectId)) await db.tallies.delete(projectId);
  });

export const deleteTallies = (db: KakomiDexie, ids: readonly ProjectId[]): Promise<void> =>
  db.tallies.bulkDelete(ids.flatMap((id) => [id, unfinishedKey(id)]));

/** See [Note: Tally]. */
export async function changeTallies(
  db: KakomiDexie,
  before: readonly Task[],
  after: readonly Task[],
): Promise<void> {
  for (const projectId of new Set([...before, ...after].map((task) => task.projectId))) {
    const tally = (await wholeTally(db, projectId)) ?? (await unfinishedTally(db, projectId));
    if (!tally) continue;
    const { countedTo = Infinity } = tally;
    const own = (tasks: readonly Task[]) =>
      tasks.filter((task) => task.projectId === projectId && task.number <= countedTo);
    await db.tallies.put(rowOf(changeTally(tally, own(before), own(after))));
  }
}
