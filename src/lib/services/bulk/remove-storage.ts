import { TASK_TABLES } from '$lib/domain/tables';
import { changed, UNCHANGED, type BulkKind } from './bulk-kind';
import { deleteTasks } from './delete-kinds';

/**
 * Removes a storage and the access to its folder. Copied pictures stay in the browser: the tasks that are kept show
 * them, and an Undo needs them.
 */
export const removeStorage: BulkKind<'remove-storage'> = {
  reads: TASK_TABLES,
  changes: (whole, { sourceId, keepsTasks }, tools) =>
    keepsTasks || whole.task.sourceId !== sourceId
      ? UNCHANGED
      : deleteTasks.changes(whole, { action: 'delete-tasks', numbers: null }, tools),
  async rest(database, _, { sourceId, keepsTasks }) {
    const source = await database.sources.get(sourceId);
    if (!source) return [];
    const [handle] = await database.rows.get('handles', [sourceId]);
    return [
      changed('sources', source, keepsTasks ? { ...source, isRemoved: true } : null),
      ...(handle ? [changed('handles', handle, null)] : []),
    ];
  },
};
