import type { PredictionId, ProjectId, TaskId } from '$lib/domain/ids';
import { TABLES, type TableOwnedByTask } from '$lib/domain/tables';
import type { AuditStore } from '$lib/services/ports/database';
import { pathByTask, rowsOfProject } from './rows-of';
import type { KakomiDexie } from './connection';

/** Number of rows per portion. */
const PAGE = 500;
const KEYS_AT_ONCE = 20_000;

/** Reads only keys if they contain the task, so that no annotation is loaded to find its owner. */
export const auditStore = (db: KakomiDexie): AuditStore => ({
  taskIds: async () => new Set(await db.tasks.toCollection().primaryKeys()),

  async *taskIdsIn(table, projectId) {
    const { namesProject } = TABLES[table];
    if (table === 'predictions') yield* inPredictions(db, projectId);
    else if (namesProject) yield (await rowsOfProject(db, table, projectId).primaryKeys()).map(taskIdOf);
    else yield* inKeys(db, table);
  },

  async *trashed() {
    for (const key of await db.trash.toCollection().primaryKeys()) {
      const row = await db.trash.get(key);
      if (row) yield row.things.flatMap(({ taskId }) => taskId ?? []);
    }
  },

  async deleteRows(table, taskIds) {
    const { path, isCompound } = pathByTask(table);
    if (isCompound)
      for (const id of taskIds) await db.table(table).where(path).between([id], [id, []]).delete();
    else
      await db
        .table(table)
        .where(path)
        .anyOf([...taskIds])
        .delete();
  },
});

/** A task's id is the key, or its first part. */
const taskIdOf = (key: unknown): TaskId => (Array.isArray(key) ? key[0] : key) as TaskId;

async function* inKeys(db: KakomiDexie, table: TableOwnedByTask): AsyncIterable<readonly TaskId[]> {
  let last: unknown = null;
  for (;;) {
    const from = last === null ? db.table(table).toCollection() : db.table(table).where(':id').above(last);
    const keys = await from.limit(KEYS_AT_ONCE).primaryKeys();
    if (keys.length > 0) yield keys.map(taskIdOf);
    if (keys.length < KEYS_AT_ONCE) return;
    last = keys.at(-1);
  }
}

/** The keys of predictions do not contain the task, so the rows themselves are read. */
async function* inPredictions(db: KakomiDexie, projectId: ProjectId): AsyncIterable<readonly TaskId[]> {
  const ids = (await rowsOfProject(db, 'predictions', projectId).primaryKeys()) as PredictionId[];
  for (let at = 0; at < ids.length; at += PAGE)
    yield (await db.predictions.bulkGet(ids.slice(at, at + PAGE))).flatMap((row) =>
      row ? [row.taskId] : [],
    );
}
