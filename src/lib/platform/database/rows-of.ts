import type { ProjectId } from '$lib/domain/ids';
import { TABLES, type TableFacts, type TableName, type TableOwnedByTask } from '$lib/domain/tables';
import type { KakomiDexie } from './connection';

/** The key or index that finds the rows of a task: its first part is the task's id. */
export function pathByTask(table: TableOwnedByTask | 'tasks'): {
  readonly path: string;
  readonly isCompound: boolean;
} {
  if (table === 'tasks') return { path: 'id', isCompound: false };
  const { key } = TABLES[table] as TableFacts;
  const isCompound = key[0] === 'taskId' && key.length > 1;
  return { path: isCompound ? `[${key.join('+')}]` : 'taskId', isCompound };
}

/** The rows of a table that name a project, by the key or index whose first part is the project's id. */
export function rowsOfProject(db: KakomiDexie, name: TableName, id: ProjectId) {
  const table = db.table(name);
  const { primKey, indexes } = table.schema;
  const paths = [primKey, ...indexes].map(({ keyPath }) => keyPath);
  if (paths.includes('projectId')) return table.where('projectId').equals(id);
  const compound = paths.find((path) => Array.isArray(path) && path[0] === 'projectId') as readonly string[];
  // In the order of IndexedDB, an array comes after every string and number.
  return table.where(`[${compound.join('+')}]`).between([id], [id, []]);
}
