import { regionsOfDraft } from '$lib/domain/annotation';
import type { ProjectId, TaskId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import { keyOf, PEOPLES_WORK, TASK_TABLES, type StoredRows, type TaskTable } from '$lib/domain/tables';
import { summarize, summarizePredictions, type Task, type WorkSummary } from '$lib/domain/task';
import type { Tombstone } from '$lib/domain/trash';
import { draftShown, referenceOf } from '$lib/domain/whose';
import type { Database } from '../ports/database';
import type { RowChange, TaskRows, WholeTask } from './bulk-kind';

/** The three tables that hold a task's own work. Each row is only meaningful together with those of the others. */
export const OWN_WORK = ['annotations', 'drafts', 'draftEntries'] as const satisfies readonly TaskTable[];
const isOwnWork = (table: string): boolean => (OWN_WORK as readonly string[]).includes(table);

type RowsByTask = ReadonlyMap<TaskId, TaskRows>;

/** Reads tasks and their rows in these tables. `ids` are ascending; a task without rows gets empty lists. */
export async function tasksAndRows(
  { rows }: Database,
  ids: readonly TaskId[],
  tables: readonly TaskTable[],
): Promise<{ readonly tasks: ReadonlyMap<TaskId, Task>; readonly rows: RowsByTask }> {
  const read = await rows.ofTasks(['tasks', ...tables], ids);
  const found = new Map(ids.map((id) => [id, noRows()]));
  for (const table of tables)
    for (const row of read[table]) found.get(row.taskId)?.[table].push(row as never);
  return { tasks: new Map(read.tasks.map((task) => [task.id, task])), rows: found };
}

export async function wholeTasks(
  database: Database,
  projectId: ProjectId,
  ids: readonly TaskId[],
  tables: readonly TaskTable[],
): Promise<readonly WholeTask[]> {
  const { tasks, rows } = await tasksAndRows(database, ids, tables);
  return [...tasks.values()]
    .filter((task) => task.projectId === projectId)
    .map((task) => ({ task, rows: rows.get(task.id) ?? noRows() }));
}

type EmptyRows = { -readonly [T in TaskTable]: StoredRows[T][] };
const noRows = (): EmptyRows =>
  Object.fromEntries(TASK_TABLES.map((table) => [table, []])) as unknown as EmptyRows;

/** Applies changes to a task's rows and returns the new rows. */
export function rowsAfter(rows: TaskRows, changes: readonly RowChange[]): TaskRows {
  const next = { ...rows } as Record<TaskTable, readonly unknown[]>;
  for (const table of TASK_TABLES) {
    const own = changes.filter((change) => change.table === table);
    if (own.length === 0) continue;
    const byKey = new Map<string, unknown>(rows[table].map((row) => [keyText(table, row), row]));
    for (const { before, after } of own) {
      if (after === null) byKey.delete(keyText(table, before as never));
      else byKey.set(keyText(table, after as never), after);
    }
    next[table] = [...byKey.values()];
  }
  return next as unknown as TaskRows;
}

const keyText = <T extends TaskTable>(table: T, row: StoredRows[T]): string => String(keyOf(table, row));

/** The summary fields of a task that follow from the changed tables. */
export function summaryAfter(
  { reference }: Pick<Task, 'reference'>,
  rows: TaskRows,
  tables: ReadonlySet<string>,
): Partial<WorkSummary & ReturnType<typeof summarizePredictions>> {
  return {
    ...([...tables].some(isOwnWork) &&
      summarize(referenceOf(rows.annotations, reference), draftRegions(rows))),
    ...(tables.has('predictions') && summarizePredictions(rows.predictions)),
  };
}

function draftRegions({ drafts, draftEntries }: TaskRows): readonly Region[] | null {
  const draft = draftShown(drafts);
  if (!draft) return null;
  const entries = draftEntries
    .filter(({ profileId }) => profileId === draft.profileId)
    .toSorted((a, b) => a.sequence - b.sequence);
  return [...regionsOfDraft(draft, entries).values()];
}

/** Number of rows of a task's own work. */
export const ownWorkOf = (rows: TaskRows): number =>
  OWN_WORK.reduce((sum, table) => sum + rows[table].length, 0);
export const touchesOwnWork = (changes: readonly Pick<RowChange, 'table'>[]): boolean =>
  changes.some(({ table }) => isOwnWork(table));

/** Writes row changes with one request per table and direction, and the tasks so that the tally stays right. */
export async function writeChanges(
  database: Database,
  changes: readonly RowChange[],
  tasks: readonly { readonly before: Task | null; readonly after: Task | null }[],
): Promise<void> {
  const tables = new Set(changes.map(({ table }) => table));
  for (const table of tables) {
    if (table === 'tasks') continue;
    const own = changes.filter((change) => change.table === table);
    const gone = own.flatMap(({ before, after }) => (after === null ? [keyOf(table, before as never)] : []));
    const puts = own.flatMap(({ after }) => (after === null ? [] : [after]));
    if (gone.length > 0) await database.rows.delete(table, gone);
    if (puts.length > 0) await database.rows.put(table, puts);
  }
  const kept = tasks.flatMap(({ before, after }) => (after === null ? [] : [{ before, after }]));
  const gone = tasks.flatMap(({ before, after }) => (before !== null && after === null ? [before] : []));
  if (gone.length > 0) await database.tasks.deleteMany(gone);
  if (kept.length > 0)
    await database.tasks.putMany(
      kept.map(({ after }) => after),
      kept.flatMap(({ before }) => (before === null ? [] : [before])),
    );
}

/** The table of the tombstone that these changes need: the task or its work was deleted on purpose. Null: none. */
export function tombstoneTableOf(
  changes: readonly Pick<RowChange, 'table' | 'before' | 'after'>[],
): Tombstone['table'] | null {
  const isGone = (table: string) =>
    changes.some((change) => change.table === table && change.before !== null && change.after === null);
  if (isGone('tasks')) return 'tasks';
  return PEOPLES_WORK.some(isGone) ? 'annotations' : null;
}
