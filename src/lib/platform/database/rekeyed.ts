import { fingerprint } from '$lib/domain/fingerprint';
import { migrate } from '$lib/domain/migrations';
import type { TaskId } from '$lib/domain/ids';
import type { Row } from '$lib/domain/row';
import type { TrashRow } from '$lib/domain/trash';
import type { Transaction } from 'dexie';
import { rewriteRows } from './rewrite-rows';

/**
 * [Note: New keys]
 * From version 10 on, rows of people's work are keyed by task and profile. IndexedDB cannot change the key of a table,
 * so version 9 renames the old tables (rows stay where they are), version 10 creates the new ones, copies every row
 * once and deletes the old ones. Both happen in the one transaction of the upgrade: if it is interrupted, nothing has
 * changed.
 */
export const REKEYED_TABLES = {
  setAsideIn: 9,
  filledIn: 10,
  names: ['annotations', 'drafts', 'draftEntries', 'versions', 'work'],
} as const;

/** Renames the tables, and deletes the empty ones that the schema has just created under the new names. */
export function renameOldTables(transaction: IDBTransaction): void {
  for (const name of REKEYED_TABLES.names) {
    transaction.db.deleteObjectStore(`${name}8`);
    transaction.objectStore(name).name = `${name}8`;
  }
}

/** Copies the rows into the new tables. Returns the names of all tables whose rows are in their new shape. */
export async function copyIntoNewTables(transaction: Transaction): Promise<readonly string[]> {
  // This comes first, because it reads rows at their old places.
  await refreshTrash(transaction);
  const copy = (shape: string, from: string, into: string) =>
    rewriteRows(transaction.idbtrans, from, into, (row) => migrated(shape, row));
  for (const name of REKEYED_TABLES.names) await copy(name, `${name}8`, name);
  await copy('otherAnnotations', 'otherAnnotations', 'annotations');
  return [...REKEYED_TABLES.names, 'otherAnnotations', 'trash'];
}

/** Annotations of other people than the one that counted are a task's own work from version 10 on. */
const othersOf = async (transaction: Transaction, taskId: TaskId | null): Promise<number> =>
  taskId === null ? 0 : transaction.table('otherAnnotations').where('taskId').equals(taskId).count();

/** A row of version 9, whose shape is that of version 8, in the shape of version 10. */
const migrated = (table: string, row: Row): Row =>
  migrate(table, row, REKEYED_TABLES.setAsideIn, REKEYED_TABLES.filledIn);

/**
 * Updates the fingerprints in the trash. The trash identifies the rows that an action left by their fingerprints. Such
 * a row is in a table, or in the trash of a later action: it is found there by its fingerprint, which is replaced by
 * that of its new shape. A row that was changed since keeps a fingerprint that no row has, so that Undo leaves it alone
 * as before.
 */
async function refreshTrash(transaction: Transaction): Promise<void> {
  const trash = transaction.table<TrashRow, IDBValidKey>('trash');
  const keys = await trash.toCollection().primaryKeys();
  const rowsOf = async (key: IDBValidKey) => (await trash.get(key))!.things.flatMap(({ rows }) => rows);
  /** Maps the fingerprints that actions left to the new ones; null until the row was found. */
  const renewed = new Map<string, string | null>();
  for (const key of keys)
    for (const { table, key: rowKey, after } of await rowsOf(key)) {
      if (after === null) continue;
      const isRekeyed = (REKEYED_TABLES.names as readonly string[]).includes(table);
      const oldTable = transaction.table<Row, IDBValidKey>(isRekeyed ? `${table}8` : table);
      const found = await oldTable.get(rowKey as IDBValidKey);
      const isAsLeft = found !== undefined && fingerprint(found) === after;
      if (isAsLeft) renewed.set(after, fingerprint(migrated(table, found)));
      else if (!renewed.has(after)) renewed.set(after, null);
    }
  if (renewed.size > 0)
    for (const key of keys)
      for (const { table, before } of await rowsOf(key)) {
        const old = before && fingerprint(before);
        if (old && renewed.get(old) === null) renewed.set(old, fingerprint(migrated(table, before)));
      }
  for (const key of keys) {
    const batch = (await trash.get(key))!;
    const things = [];
    for (const thing of batch.things)
      things.push({
        ...thing,
        rows: thing.rows.map((one) => ({
          ...one,
          after: one.after && (renewed.get(one.after) ?? one.after),
        })),
        left: thing.left === null ? null : thing.left + (await othersOf(transaction, thing.taskId)),
      });
    await trash.put(migrated('trash', { ...batch, things }) as unknown as TrashRow);
  }
}
