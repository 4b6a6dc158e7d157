import type { ProjectId } from '$lib/domain/ids';
import type { Row } from '$lib/domain/migrations';
import type { TableDump } from '$lib/services/ports/database';
import type { KakomiDexie } from './schema';
import type { Table } from 'dexie';

/**
 * Handles cannot leave this browser, and a backup is what a project holds, not what was taken out of it;
 * thumbnails and tallies are made anew.
 */
const KEPT_HERE: ReadonlySet<string> = new Set([
  'handles',
  'thumbnails',
  'bulkActions',
  'trash',
  'tallies',
  'predictRuns',
]);
const PAGE = 500;

/** Any table as rows. What belongs to a project says so itself, or names a task or source of it. */
export function makeDump(db: KakomiDexie): TableDump {
  return {
    get names() {
      return db.tables.map((table) => table.name).filter((name) => !KEPT_HERE.has(name));
    },
    keyOf: (table, row) => keyOf(db.table(table), row),
    get: (table, keys) => db.table<Row, IDBValidKey>(table).bulkGet([...keys]),
    put: (table, rows) =>
      db.transaction('rw', [table, 'tallies'], async () => {
        await db.table(table).bulkPut([...rows]);
        // Rows that come in as they are were never counted. See [Note: Tally].
        if (table === 'tasks') await db.tallies.bulkDelete([...new Set(rows.map(projectOf))]);
      }),
    async *rows(name, projectId) {
      const table = db.table<Row, IDBValidKey>(name);
      const belongs = projectId === null ? null : await belonging(db, projectId);
      // By primary key, so that rows written meanwhile never shift a page.
      let last: IDBValidKey | null = null;
      for (;;) {
        const from = last === null ? table.orderBy(':id') : table.where(':id').above(last);
        const page: Row[] = await from.limit(PAGE).toArray();
        if (page.length === 0) return;
        last = keyOf(table, page.at(-1)!);
        const kept = belongs === null ? page : page.filter((row) => belongs(name, row));
        if (kept.length > 0) yield kept;
      }
    },
  };
}

const projectOf = (row: Row) => row['projectId'] as ProjectId;

const keyOf = (table: Table<Row, IDBValidKey>, row: Row): IDBValidKey => {
  const path = table.schema.primKey.keyPath;
  return (typeof path === 'string' ? row[path] : (path ?? []).map((part) => row[part])) as IDBValidKey;
};

async function belonging(db: KakomiDexie, id: ProjectId): Promise<(table: string, row: Row) => boolean> {
  const tasks = new Set<unknown>(
    await db.tasks.where('[projectId+number]').between([id, 0], [id, Infinity]).primaryKeys(),
  );
  const sources = new Set<unknown>(await db.sources.where('projectId').equals(id).primaryKeys());
  return (table, row) =>
    table === 'projects'
      ? row['id'] === id
      : row['projectId'] === id || tasks.has(row['taskId']) || sources.has(row['sourceId']);
}
