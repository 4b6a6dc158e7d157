import type { Annotation, WorkKey } from '$lib/domain/annotation';
import { fingerprint } from '$lib/domain/fingerprint';
import type { TaskId } from '$lib/domain/ids';
import type { Row } from '$lib/domain/row';
import type { Project } from '$lib/domain/project';
import { keyOf, TASK_TABLES, type RowKey, type StoredTable, type TaskTable } from '$lib/domain/tables';
import { placeOf, type Task } from '$lib/domain/task';
import type { TrashedRow, TrashedThing } from '$lib/domain/trash';
import type { TaskWork } from '$lib/domain/work';
import type { RowChange, TaskRows } from './bulk-kind';
import { tombstoneTableOf, ownWorkOf, rowsAfter, summaryAfter } from './whole-tasks';

/** The current rows at the keys that a batch restores. */
export interface CurrentRows {
  readonly tasks: ReadonlyMap<TaskId, Task>;
  readonly rows: ReadonlyMap<TaskId, TaskRows>;
  /** Rows that belong to no task, by table and key. */
  readonly others: ReadonlyMap<string, Row>;
  readonly taken: ReadonlySet<string>;
}

export const deletedTask = ({ rows }: TrashedThing): Task | null =>
  (rows.find(({ table, after }) => table === 'tasks' && after === null)?.before as Task | null | undefined) ??
  null;

export interface Restored {
  readonly taskId: TaskId | null;
  readonly changes: readonly RowChange[];
  /** The task's own row before and after the restore; null if the rows belong to no task. */
  readonly task: { readonly before: Task | null; after: Task } | null;
  readonly tombstone: ReturnType<typeof tombstoneTableOf>;
}

/** Restores a thing as it was before the action; null if it was changed since. */
export function restore(thing: TrashedThing, now: CurrentRows): Restored | null {
  const { taskId } = thing;
  if (taskId === null) {
    const changes = thing.rows.map((row) =>
      restoreRow(row, now.others.get(`${row.table}/${String(row.key)}`) ?? null),
    );
    if (changes.includes(null)) return null;
    return { taskId, changes: changes as RowChange[], task: null, tombstone: null };
  }
  const task = now.tasks.get(taskId) ?? null;
  const gone = deletedTask(thing);
  if (gone === null ? task === null : task !== null || now.taken.has(placeOf(gone))) return null;
  const rows = now.rows.get(taskId)!;
  if (thing.left !== null && ownWorkOf(rows) !== thing.left) return null;
  const changes: RowChange[] = [];
  for (const row of thing.rows) {
    if (row.table === 'tasks') continue;
    const found =
      rows[row.table as TaskTable].find((one) =>
        isSameKey(keyOf(row.table as TaskTable, one as never), row.key),
      ) ?? null;
    const change = restoreRow(row, found as Row | null);
    if (change === null) return null;
    changes.push(change);
  }
  const risen = withNewRevision(changes);
  const tables = new Set<string>(gone === null ? risen.map(({ table }) => table) : TASK_TABLES);
  const before = thing.rows.find(({ table }) => table === 'tasks')?.before as Task | undefined;
  const base = before ?? task!;
  const after = { ...base, ...summaryAfter(base, rowsAfter(rows, risen), tables) };
  return {
    taskId,
    changes: risen,
    task: { before: task, after },
    tombstone: tombstoneTableOf(thing.rows as never),
  };
}

const isSameKey = (a: RowKey, b: RowKey): boolean => String(a) === String(b);

/** Restores a row; null if it differs from what the action left. */
function restoreRow({ table, before, after }: TrashedRow, now: Row | null): RowChange | null {
  const merge = MERGES[table];
  if (merge && now !== null && before !== null) return change(table, now, merge(before, now));
  const isAsLeft = now === null ? after === null : after === fingerprint(now);
  return isAsLeft ? change(table, now, before) : null;
}

const change = (table: StoredTable, before: Row | null, after: Row | null) =>
  ({ table, before, after }) as unknown as RowChange;

/** Tables in which the current row and the restored row can be merged. */
const MERGES: { readonly [T in StoredTable]?: (before: Row, now: Row) => Row } = {
  work: (before, now) =>
    mergeWork(before as unknown as TaskWork, now as unknown as TaskWork) as unknown as Row,
  projects: (before, now) =>
    mergeLabels(before as unknown as Project, now as unknown as Project) as unknown as Row,
};

/** Adds the time that a page counted after its task was deleted. */
const mergeWork = (before: TaskWork, now: TaskWork): TaskWork => ({
  ...before,
  note: now.note === '' ? before.note : now.note,
  spentMs: before.spentMs + now.spentMs,
});

/** Restores removed labels to their positions; everything else of the project stays as it is now. */
function mergeLabels(before: Project, now: Project): Project {
  const labels = [...now.labels];
  for (const [at, label] of before.labels.entries())
    if (!labels.some(({ id }) => id === label.id)) labels.splice(at, 0, label);
  return { ...now, labels };
}

/**
 * Gives restored rows a new revision, because a tab that has the task open has to notice a change as well as its undo.
 */
function withNewRevision(changes: readonly RowChange[]): readonly RowChange[] {
  const revisions = new Map<string, number>();
  const nameOf = ({ profileId }: WorkKey, revision: number) => `${profileId}/${revision}`;
  const risen = changes.map((one): RowChange => {
    if (one.table !== 'annotations') return one;
    if (one.before === null || one.after === null) return one;
    const after: Annotation = { ...one.after, revision: one.before.revision + 1 };
    revisions.set(nameOf(one.after, one.after.revision), after.revision);
    return { ...one, after };
  });
  return risen.map((one): RowChange => {
    if (one.table !== 'drafts' || one.after === null) return one;
    const basedOn = revisions.get(nameOf(one.after, one.after.basedOn)) ?? one.after.basedOn;
    return { ...one, after: { ...one.after, basedOn } };
  });
}
