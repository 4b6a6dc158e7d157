import type { ProjectId } from '$lib/domain/ids';
import { TABLE_NAMES, TABLES, type TableFacts } from '$lib/domain/tables';
import { rowsOfProject } from './rows-of';
import type { KakomiDexie } from './connection';
import { deleteTallies } from './tally-rows';

/** Deletes a project with everything that belongs to it. Call it inside a transaction over all tables. */
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
  // An unfinished tally has a key of its own.
  await deleteTallies(db, [id]);
  await db.projects.delete(id);
}
