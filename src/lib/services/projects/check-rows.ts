import type { Findings } from '$lib/domain/check';
import type { TaskId } from '$lib/domain/ids';
import { TABLES, TABLES_OWNED_BY_TASK } from '$lib/domain/tables';
import type { JobContext } from '../job';
import type { CheckProjectInput } from './contract';

/**
 * Finds rows that belong to no task. Rows of a task that was deleted on purpose are leftovers, unless Undo can still
 * restore the task; rows of any other missing task are orphans, which are reported and kept. `drafted`: the project's
 * tasks with a draft. Returns the number of tasks whose rows were deleted.
 */
export async function checkRows(
  { projectId, mends }: CheckProjectInput,
  drafted: ReadonlySet<TaskId>,
  findings: Findings,
  { ports: { database }, signal }: JobContext,
): Promise<number> {
  const own = new Set(await database.tasks.ids(projectId));
  const known = await database.audit.taskIds();
  const deleted = new Set<TaskId>();
  for (const { table, taskIds } of await database.trash.tombstones(projectId))
    if (table === 'tasks') for (const id of taskIds) deleted.add(id);
  const trashed = new Set<TaskId>();
  for await (const ids of database.audit.trashed()) for (const id of ids) trashed.add(id);

  for (const { action, state } of await database.trash.actions(projectId))
    if (state !== 'done') findings.add('unfinished', action);

  let mended = 0;
  for (const table of TABLES_OWNED_BY_TASK) {
    const [leftovers, orphans, loose] = [new Set<TaskId>(), new Set<TaskId>(), new Set<TaskId>()];
    for await (const ids of database.audit.taskIdsIn(table, projectId)) {
      signal.throwIfAborted();
      for (const id of ids) {
        if (table === 'draftEntries' && own.has(id) && !drafted.has(id)) loose.add(id);
        if (known.has(id) || trashed.has(id)) continue;
        // Rows that are regenerated when needed are not reported.
        (deleted.has(id) || !TABLES[table].isWork ? leftovers : orphans).add(id);
      }
    }
    for (const id of await stillMissing(orphans)) findings.add('orphans', `${table} ${id}`);
    for (const id of loose)
      // A draft may have been started since, or submitted.
      if (await hasLooseEntries(id)) findings.add('journals', (await database.tasks.get(id))?.path ?? id, id);
    const gone = await stillMissing(leftovers);
    for (const id of gone) findings.add('leftovers', `${table} ${id}`);
    if (!mends || gone.length === 0) continue;
    await database.write(() => database.audit.deleteRows(table, gone));
    mended += gone.length;
  }
  return mended;

  /** Whether a deleted draft left journal entries. */
  async function hasLooseEntries(id: TaskId): Promise<boolean> {
    const { drafts, draftEntries } = await database.read(
      () => database.rows.ofTasks(['drafts', 'draftEntries'], [id]),
      ['tasks', 'drafts'],
    );
    const people = new Set(drafts.map(({ profileId }) => profileId));
    return draftEntries.some(({ profileId }) => !people.has(profileId));
  }

  /** The tasks that are still missing, since a task may have been created meanwhile. */
  async function stillMissing(ids: ReadonlySet<TaskId>): Promise<readonly TaskId[]> {
    const there = new Set((await database.tasks.getMany([...ids])).map(({ id }) => id));
    return [...ids].filter((id) => !there.has(id));
  }
}
