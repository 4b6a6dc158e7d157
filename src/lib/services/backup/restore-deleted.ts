import { PEOPLES_WORK } from '$lib/domain/tables';
import type { ProjectId, TaskId } from '$lib/domain/ids';
import { staysDeleted } from '$lib/domain/merge';
import type { Row } from '$lib/domain/row';
import type { Database } from '../ports/database';
import type { RowsOf } from './backup-file';

const isPeoplesWork = (table: string): boolean => (PEOPLES_WORK as readonly string[]).includes(table);

/** The rows that were deleted here on purpose, and stay deleted when a backup is merged. */
export interface Deletions {
  /** Whether a row of the backup that does not exist here must not be restored. */
  keepsOut(table: string, row: Row): boolean;
}

/**
 * Reads the tombstones of these projects. A deleted task is restored only with work that was done on it after the
 * deletion, on another computer; deleted work only if it was changed after the deletion.
 */
export async function deletionsOf(
  { tasks, trash }: Pick<Database, 'tasks' | 'trash'>,
  projectIds: Iterable<ProjectId>,
  tables: readonly string[],
  rowsOf: RowsOf,
): Promise<Deletions> {
  /** Time of the latest deletion, by task. */
  const deleted = { tasks: new Map<unknown, number>(), annotations: new Map<unknown, number>() };
  for (const projectId of projectIds)
    for (const { table, taskIds, deletedAt } of await trash.tombstones(projectId))
      for (const id of taskIds)
        deleted[table].set(id, Math.max(deleted[table].get(id) ?? -Infinity, deletedAt));
  // A backup that was merged before may have brought tombstones of tasks that still exist here.
  for (const { id } of await tasks.getMany([...deleted.tasks.keys()] as TaskId[])) deleted.tasks.delete(id);
  if (deleted.tasks.size > 0)
    for (const table of tables.filter(isPeoplesWork))
      for await (const portion of rowsOf(table))
        for (const row of portion) {
          const deletedAt = deleted.tasks.get(row['taskId']);
          if (deletedAt !== undefined && !staysDeleted(row, deletedAt)) deleted.tasks.delete(row['taskId']);
        }
  return {
    keepsOut(table, row) {
      const taskId = table === 'tasks' ? row['id'] : row['taskId'];
      if (deleted.tasks.has(taskId)) return true;
      const deletedAt = isPeoplesWork(table) ? deleted.annotations.get(taskId) : undefined;
      return deletedAt !== undefined && staysDeleted(row, deletedAt);
    },
  };
}
