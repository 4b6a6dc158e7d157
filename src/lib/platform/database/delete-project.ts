import type { ProjectId } from '$lib/domain/ids';
import { TABLE_NAMES, TABLES, type TableFacts, type TableName } from '$lib/domain/tables';
import type { KakomiDexie } from './schema';
import { deleteTallies } from './tally-rows';

/** Deletes a project with everything that belongs to it; inside one transaction over all tables. */
export async function deleteProject(db: KakomiDexie, id: ProjectId): Promise<void> {
  const owners = new Set<unknown>([
    ...(await rowsOfProject(db, 'tasks', id).primaryKeys()),
    ...(await rowsOfProject(db, 'sources', id).primaryKeys()),
  ]);
  for (const name of TABLE_NAMES) {
    const { owner, namesProject } = TABLES[name] as TableFacts;
    if (namesProject) await rowsOfProject(db, name, id).delete();
    // The first part of the key is the id of the task or the storage.
    else if (owner !== 'browser') {
      const keys = await db.table(name).toCollection().primaryKeys();
      await db.table(name).bulkDelete(keys.filter((key) => owners.has(Array.isArray(key) ? key[0] : key)));
    }
  }
  // A tally that is being made has a key of its own.
  await deleteTallies(db, [id]);
  await db.projects.delete(id);
}

/** The rows of a table that name a project, by the key or index whose first part is the project's id. */
function rowsOfProject(db: KakomiDexie, name: TableName, id: ProjectId) {
  const table = db.table(name);
  const { primKey, indexes } = table.schema;
  const paths = [primKey, ...indexes].map(({ keyPath }) => keyPath);
  if (paths.includes('projectId')) return table.where('projectId').equals(id);
  const compound = paths.find((path) => Array.isArray(path) && path[0] === 'projectId') as readonly string[];
  // An array comes after every string and number.
  return table.where(`[${compound.join('+')}]`).between([id], [id, []]);
}
