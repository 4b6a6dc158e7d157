import type { TaskId } from '$lib/domain/ids';
import type { StoredRows, StoredTable } from '$lib/domain/tables';
import type { RowStore, TableOfTasks } from '$lib/services/ports/database';
import { cmp, Dexie, type Collection, type Table } from 'dexie';
import { pathByTask } from './rows-of';
import type { KakomiDexie } from './connection';

const { minKey, maxKey } = Dexie;

/** A range of ids is read as one if at least one of this many tasks in it is needed. */
const SPARSE = 4;

/**
 * Reads and writes rows of any table. A thousand single reads cost a thousand round trips to the browser's database
 * process; the ids are sorted, so that the rows of neighbours are read as one range.
 */
export function makeRowStore(db: KakomiDexie): RowStore {
  const table = <T extends StoredTable>(name: T) => db.table<StoredRows[T], IDBValidKey>(name);

  const between = <T extends TableOfTasks>(name: T, first: TaskId, last: TaskId) => {
    const { path, isCompound } = pathByTask(name);
    const [from, to] = isCompound
      ? [
          [first, minKey],
          [last, maxKey],
        ]
      : [first, last];
    return table(name).where(path).between(from, to, true, true) as Collection<StoredRows[T]>;
  };

  /** Reads a table as one range if the tasks are neighbours, otherwise one task after the other. */
  async function readerOf(ids: readonly TaskId[]) {
    const [first, last] = [ids[0], ids.at(-1)];
    if (first === undefined || last === undefined) return () => Promise.resolve([]);
    const isDense = (await between('tasks', first, last).count()) <= ids.length * SPARSE;
    return async (name: TableOfTasks) =>
      isDense
        ? between(name, first, last).toArray()
        : (await Promise.all(ids.map((id) => between(name, id, id).toArray()))).flat();
  }

  return {
    async ofTasks(names, ids) {
      const wanted = new Set<TaskId>(ids);
      const read = await readerOf(ids);
      const found = await Promise.all(
        names.map(async (name) => {
          const isWanted = (row: { readonly id?: unknown; readonly taskId?: TaskId }) =>
            wanted.has((name === 'tasks' ? row.id : row.taskId) as TaskId);
          return [name, (await read(name)).filter(isWanted)] as const;
        }),
      );
      return Object.fromEntries(found) as never;
    },
    get: (name, keys) => table(name).bulkGet([...keys] as IDBValidKey[]),
    async put(name, rows) {
      await (table(name) as Table<unknown, IDBValidKey>).bulkPut([...rows]);
    },
    async delete(name, keys) {
      const sorted = ([...keys] as IDBValidKey[]).sort(cmp);
      const stretch = () => table(name).where(':id').between(sorted[0], sorted.at(-1), true, true);
      const found = await stretch()
        .limit(sorted.length + 1)
        .primaryKeys();
      // If no other rows lie between them, one request deletes all of them.
      await (isSame(found, sorted) ? stretch().delete() : table(name).bulkDelete(sorted));
      // The mark that a draft's counts are out of date is deleted with the draft. See [Note: Counts follow].
      if (name === 'drafts') await db.draftsBehind.bulkDelete(keys.map((key) => key[0] as TaskId));
    },
  };
}

const isSame = (a: readonly IDBValidKey[], b: readonly IDBValidKey[]): boolean =>
  a.length === b.length && a.every((key, at) => cmp(key, b[at]) === 0);
