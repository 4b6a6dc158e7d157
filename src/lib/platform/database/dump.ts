import type { ProjectId, TaskId } from '$lib/domain/ids';
import type { Row } from '$lib/domain/row';
import { BACKED_UP_WITH_TASKS, TABLES_OF_REFERENCE } from '$lib/domain/tables';
import { batchOf } from '$lib/domain/task-batch';
import type { TableDump } from '$lib/services/ports/database';
import { pathByTask } from './rows-of';
import type { KakomiDexie } from './connection';
import { deleteTallies } from './tally-rows';
import type { Table } from 'dexie';

const PAGE = 500;

/** Reads and writes the rows of any table. A row of a project names the project, or belongs to one of its tasks. */
export function makeDump(db: KakomiDexie): TableDump {
  return {
    keyOf: (table, row) => keyOf(db.table(table), row),
    get: (table, keys) => db.table<Row, IDBValidKey>(table).bulkGet([...keys]),
    put: (table, rows) =>
      db.transaction('rw', [table, 'tallies'], async () => {
        await db.table(table).bulkPut([...rows]);
        // Restored rows were never counted. See [Note: Tally].
        if (table === 'tasks') await deleteTallies(db, [...new Set(rows.map(projectOf))]);
      }),
    async *rows(name, projectId) {
      const table = db.table<Row, IDBValidKey>(name);
      // Pages by primary key, so that rows written meanwhile never shift a page.
      let last: IDBValidKey | null = null;
      for (;;) {
        const from = last === null ? table.orderBy(':id') : table.where(':id').above(last);
        const page: Row[] = await from.limit(PAGE).toArray();
        if (page.length === 0) return;
        last = keyOf(table, page.at(-1)!);
        const kept = page.filter((row) => isOf(name, row, projectId));
        if (kept.length > 0) yield kept;
      }
    },
    async *wholeTasks(projectId) {
      const tables = [...TABLES_OF_REFERENCE, ...BACKED_UP_WITH_TASKS];
      let last: TaskId | null = null;
      for (;;) {
        const portion = await db.transaction('r', tables, async () => {
          const found = new Map<string, readonly Row[]>();
          for (const name of TABLES_OF_REFERENCE) {
            const rows = await db.table<Row>(name).toArray();
            found.set(
              name,
              rows.filter((row) => isOf(name, row, projectId)),
            );
          }
          const page =
            last === null
              ? await db.tasks.orderBy(':id').limit(PAGE).toArray()
              : await db.tasks.where(':id').above(last).limit(PAGE).toArray();
          const tasks = batchOf(page);
          const own = tasks.filter((task) => projectId === null || task.projectId === projectId);
          const wanted = new Set<unknown>(own.map(({ id }) => id));
          const [first, end] = [tasks[0]?.id, tasks.at(-1)?.id];
          if (own.length > 0)
            for (const name of BACKED_UP_WITH_TASKS) {
              const { path, isCompound } = pathByTask(name);
              // In the order of IndexedDB, an array comes after every string and number.
              const [from, to] = isCompound ? [[first], [end, []]] : [first, end];
              const rows = await db.table<Row>(name).where(path).between(from, to, true, true).toArray();
              found.set(
                name,
                rows.filter((row) => wanted.has(row[name === 'tasks' ? 'id' : 'taskId'])),
              );
            }
          return { found, last: end };
        });
        yield portion.found;
        if (portion.last === undefined) return;
        last = portion.last;
      }
    },
  };
}

const projectOf = (row: Row) => row['projectId'] as ProjectId;

const isOf = (table: string, row: Row, projectId: ProjectId | null): boolean =>
  projectId === null ||
  table === 'profiles' ||
  (table === 'projects' ? row['id'] : row['projectId']) === projectId;

const keyOf = (table: Table<Row, IDBValidKey>, row: Row): IDBValidKey => {
  const path = table.schema.primKey.keyPath;
  return (typeof path === 'string' ? row[path] : (path ?? []).map((part) => row[part])) as IDBValidKey;
};
