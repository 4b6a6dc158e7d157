import type { ProjectId } from '$lib/domain/ids';
import type { Row } from '$lib/domain/row';
import { TASK_TABLES } from '$lib/domain/tables';
import { tombstoneId, type BulkActionRow, type TrashedThing, type TrashRow } from '$lib/domain/trash';
import type { JobContext, SkippedList } from '../job';
import type { Database } from '../ports/database';
import { bytesOf, settle } from './do-action';
import { deletedTask, restore, type CurrentRows, type Restored } from './restore-rows';
import { OWN_WORK, tasksAndRows, writeChanges } from './whole-tasks';

/**
 * Undoes a bulk action, batch by batch from the last to the first. Rows that were changed since are not overwritten:
 * they stay in the trash and are reported as `edited-elsewhere`. Returns the number of things that were restored.
 */
export async function undoBulkEdit(
  actionId: string,
  { ports: { database }, signal, report }: JobContext,
  skipped: SkippedList,
): Promise<number> {
  const action = await database.write(async () => {
    const found = await database.trash.action(actionId);
    if (!found) return null;
    const undoing: BulkActionRow = { ...found, state: 'undoing', refused: 0 };
    await database.trash.putAction(undoing);
    return undoing;
  }, ['trash']);
  if (action === null) return 0;
  let restored = 0;
  try {
    for (const sequence of (await database.trash.batches(actionId)).toReversed()) {
      signal.throwIfAborted();
      const { back, refused } = await database.write(() => putBatchBack(database, actionId, sequence));
      restored += back;
      for (const { path, taskId } of refused) skipped.add(path, 'edited-elsewhere', taskId ?? undefined);
      report({ done: restored + skipped.count, total: action.things });
    }
  } finally {
    await settle(database, actionId);
  }
  return restored;
}

interface BatchResult {
  readonly back: number;
  readonly refused: readonly TrashedThing[];
}
const NOTHING: BatchResult = { back: 0, refused: [] };

/** Restores what can be restored and removes it from the trash; the rest stays there. */
async function putBatchBack(database: Database, actionId: string, sequence: number): Promise<BatchResult> {
  const [action, batch] = [
    await database.trash.action(actionId),
    await database.trash.get(actionId, sequence),
  ];
  if (!action || !batch) return NOTHING;
  const now = await readNow(database, batch);
  const back: Restored[] = [];
  const refused: TrashedThing[] = [];
  for (const thing of batch.things) {
    const restored = restore(thing, now);
    if (restored === null) refused.push(thing);
    else back.push(restored);
  }
  await renumber(database, action.projectId, back);
  await writeChanges(
    database,
    back.flatMap(({ changes }) => changes),
    back.flatMap(({ task }) => (task ? [task] : [])),
  );
  for (const table of ['tasks', 'annotations'] as const) {
    const found = back.filter(({ tombstone }) => tombstone === table).flatMap(({ taskId }) => taskId ?? []);
    if (found.length > 0) await database.trash.removeTombstone(table, tombstoneId(actionId, sequence), found);
  }
  if (refused.length === 0) await database.trash.delete(actionId, sequence);
  else if (back.length > 0) await database.trash.put({ ...batch, things: refused });
  const backTasks = back.filter(({ taskId }) => taskId !== null).length;
  await database.trash.putAction({
    ...action,
    things: action.things - back.length,
    tasks: action.tasks - backTasks,
    bytes: Math.max(0, action.bytes - bytesOf(batch.things) + bytesOf(refused)),
    refused: action.refused + refused.length,
  });
  return { back: back.length, refused };
}

async function readNow(database: Database, { things }: TrashRow): Promise<CurrentRows> {
  const ids = things.flatMap(({ taskId }) => taskId ?? []).sort();
  const touched = new Set(things.flatMap(({ rows }) => rows.map(({ table }) => table)));
  const isOwn = things.some(({ left }) => left !== null);
  const tables = TASK_TABLES.filter(
    (table) => touched.has(table) || (isOwn && (OWN_WORK as readonly string[]).includes(table)),
  );
  const others = new Map<string, Row>();
  for (const { rows } of things.filter(({ taskId }) => taskId === null))
    for (const { table, key } of rows) {
      const [row] = await database.rows.get(table, [key]);
      if (row !== undefined) others.set(`${table}/${String(key)}`, row as unknown as Row);
    }
  const deleted = things.flatMap((thing) => deletedTask(thing) ?? []);
  return {
    ...(await tasksAndRows(database, ids, tables)),
    others,
    taken: deleted.length === 0 ? new Set() : await database.tasks.takenPlaces(deleted),
  };
}

/** If another task took a restored task's number meanwhile, the restored task gets the next free number. */
async function renumber(database: Database, projectId: ProjectId, back: readonly Restored[]): Promise<void> {
  const coming = back.flatMap(({ task }) => (task && task.before === null ? [task] : []));
  if (coming.length === 0) return;
  const numbers = coming.map(({ after }) => after.number).sort((a, b) => a - b);
  const taken = new Set((await database.tasks.byNumbers(projectId, numbers)).map(({ number }) => number));
  if (taken.size === 0) return;
  let last = Math.max(await database.tasks.lastNumber(projectId), numbers.at(-1)!);
  for (const task of coming)
    if (taken.has(task.after.number)) task.after = { ...task.after, number: (last += 1) };
}
