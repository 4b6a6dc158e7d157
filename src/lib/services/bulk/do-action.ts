import { AppError } from '$lib/domain/errors';
import { canonicalText, fingerprint } from '$lib/domain/fingerprint';
import type { ProjectId, TaskId } from '$lib/domain/ids';
import type { TaskTable } from '$lib/domain/tables';
import type { Task } from '$lib/domain/task';
import { tombstoneId, type BulkActionRow, type TrashedRow, type TrashedThing } from '$lib/domain/trash';
import { NOTHING_SKIPPED, type JobContext } from '../job';
import type { Database } from '../ports/database';
import type { JobPorts } from '../ports/ports';
import { resolverOf } from '../label-resolver';
import { BULK_KINDS } from './all';
import {
  keyOfChange,
  type BulkKind,
  type BulkTools,
  type Edit,
  type RowChange,
  type WholeTask,
} from './bulk-kind';
import {
  tombstoneTableOf,
  ownWorkOf,
  rowsAfter,
  summaryAfter,
  touchesOwnWork,
  wholeTasks,
  writeChanges,
} from './whole-tasks';
import type { JobReport } from '../ports/job-report';

/** Maximum size of a batch, in tasks and approximately in boxes: it has to fit into memory twice. */
const BATCH = { tasks: 2000, boxes: 60_000 };
/** Number of boxes that one prediction is assumed to have. */
const BOXES_OF_PREDICTION = 20;
const PAGE = 1000;

export interface DoActionInput {
  readonly projectId: ProjectId;
  readonly actionId: string;
  readonly edit: Edit;
}

/** Runs an action, batch by batch. See [Note: Bulk actions]. */
export async function doAction(
  input: DoActionInput,
  context: JobContext,
  limits = BATCH,
): Promise<JobReport> {
  const { projectId, actionId, edit } = input;
  const { ports, signal, report } = context;
  const { database, clock } = ports;
  await database.write(async () => {
    if ((await database.projects.get(projectId)) === undefined) throw new AppError('project-missing');
    await database.trash.putAction(newAction(actionId, input, clock.now()));
  }, ['projects', 'trash']);
  const counts: Record<string, number> = { tasks: 0 };
  const add = (name: string, count: number) => (counts[name] = (counts[name] ?? 0) + count);
  try {
    const { batches, total } = await batchesOf(database, projectId, edit.numbers, limits);
    let done = 0;
    for (const ids of batches) {
      signal.throwIfAborted();
      // A batch counts once it is on disk; a refused batch does not count.
      for (const [name, count] of Object.entries(await doBatch(ports, input, ids))) add(name, count);
      done += ids.length;
      report({ done, total });
    }
    signal.throwIfAborted();
    await doRest(database, input);
  } finally {
    await settle(database, actionId);
  }
  return { counts, ...NOTHING_SKIPPED };
}

/** Ends an action: its finished batches stay and can be undone; an action without batches is deleted. */
export function settle(database: Database, actionId: string): Promise<void> {
  return database.write(async () => {
    const action = await database.trash.action(actionId);
    if (!action) return;
    if (action.things === 0) await database.trash.deleteAction(actionId);
    else await database.trash.putAction({ ...action, state: 'done' });
  }, ['trash']);
}

const newAction = (
  id: string,
  { projectId, edit }: DoActionInput,
  startedAt: BulkActionRow['startedAt'],
): BulkActionRow => ({
  id,
  projectId,
  action: edit.action,
  state: 'doing',
  things: 0,
  tasks: 0,
  batches: 0,
  bytes: 0,
  refused: 0,
  startedAt,
});

/**
 * Splits the tasks into batches, each sorted by ascending id, so that neighbours in every table are read and written
 * together.
 */
async function batchesOf(
  database: Database,
  projectId: ProjectId,
  numbers: Int32Array | null,
  limits: typeof BATCH,
): Promise<{ readonly batches: readonly (readonly TaskId[])[]; readonly total: number }> {
  const found: { readonly id: TaskId; readonly boxes: number }[] = [];
  const add = (tasks: readonly Task[]) => {
    for (const { id, regionCount, predictionCount } of tasks)
      found.push({ id, boxes: regionCount + predictionCount * BOXES_OF_PREDICTION });
  };
  if (numbers === null)
    for (let number = 0; ;) {
      const page = await database.tasks.page(projectId, number, PAGE);
      if (page.length === 0) break;
      add(page);
      number = page.at(-1)!.number;
    }
  else {
    const ascending = numbers.toSorted();
    for (let at = 0; at < ascending.length; at += PAGE)
      add(await database.tasks.byNumbers(projectId, [...ascending.subarray(at, at + PAGE)]));
  }
  found.sort((a, b) => (a.id < b.id ? -1 : 1));
  const batches: TaskId[][] = [];
  let boxes = Infinity;
  for (const one of found) {
    if (boxes + one.boxes > limits.boxes || batches.at(-1)!.length === limits.tasks) {
      batches.push([]);
      boxes = 0;
    }
    batches.at(-1)!.push(one.id);
    boxes += one.boxes;
  }
  return { batches, total: found.length };
}

async function doBatch(
  { database, clock, makeId }: JobPorts,
  { projectId, actionId, edit }: DoActionInput,
  ids: readonly TaskId[],
): Promise<Readonly<Record<string, number>>> {
  const kind = BULK_KINDS[edit.action] as BulkKind<never>;
  return database.write(async () => {
    const tools: BulkTools = { now: clock.now(), makeId, resolve: await resolverOf(database, projectId) };
    const wholes = await wholeTasks(database, projectId, ids, kind.reads);
    const touched = wholes.flatMap((whole) => {
      const { rows, counts } = kind.changes(whole, edit as never, tools);
      return rows.length === 0 ? [] : [{ whole, changes: rows, counts: counts ?? {} }];
    });
    if (touched.length === 0) return {};
    const after = touched.map(({ whole, changes }) => taskAfter(whole, changes, kind.reads));
    await writeChanges(
      database,
      touched.flatMap(({ changes }) => changes),
      after.map(({ task }, at) => ({ before: touched[at]!.whole.task, after: task })),
    );
    const things = touched.map(({ whole, changes }, at) => thingOf(whole, changes, after[at]!.left));
    const id = tombstoneId(actionId, await saveBatch(database, actionId, things));
    for (const table of ['tasks', 'annotations'] as const) {
      const gone = touched.filter(({ changes }) => tombstoneTableOf(changes) === table);
      const taskIds = gone.map(({ whole: { task } }) => task.id);
      if (taskIds.length > 0)
        await database.trash.addTombstone({ id, table, projectId, taskIds, deletedAt: tools.now });
    }
    const counts: Record<string, number> = { tasks: touched.length };
    for (const one of touched)
      for (const [name, count] of Object.entries(one.counts)) counts[name] = (counts[name] ?? 0) + count;
    return counts;
  });
}

/** The task after its changes, null if it is deleted, and the number of remaining rows of its own work. */
function taskAfter(
  { task, rows }: WholeTask,
  changes: readonly RowChange[],
  reads: readonly TaskTable[],
): { readonly task: Task | null; readonly left: number | null } {
  const isOwn = touchesOwnWork(changes);
  const change = changes.find(({ table }) => table === 'tasks');
  if (change?.after === null) return { task: null, left: isOwn ? 0 : null };
  const next = rowsAfter(rows, changes);
  const tables = new Set<string>(
    changes.map(({ table }) => table).filter((table) => (reads as readonly string[]).includes(table)),
  );
  const base = (change?.after ?? task) as Task;
  return { task: { ...base, ...summaryAfter(base, next, tables) }, left: isOwn ? ownWorkOf(next) : null };
}

async function doRest(database: Database, { projectId, actionId, edit }: DoActionInput): Promise<void> {
  const kind = BULK_KINDS[edit.action] as BulkKind<never>;
  if (!kind.rest) return;
  await database.write(async () => {
    const changes = await kind.rest!(database, projectId, edit as never);
    if (changes.length === 0) return;
    await writeChanges(database, changes, []);
    await saveBatch(
      database,
      actionId,
      changes.map((change) => ({
        taskId: null,
        path: String(keyOfChange(change)),
        rows: [trashed(change)],
        left: null,
      })),
    );
  });
}

const thingOf = ({ task }: WholeTask, changes: readonly RowChange[], left: number | null): TrashedThing => ({
  taskId: task.id,
  path: task.path,
  rows: changes.filter(({ stays }) => stays !== true).map(trashed),
  left,
});

const trashed = (change: RowChange): TrashedRow => ({
  table: change.table,
  key: keyOfChange(change),
  before: change.before as TrashedRow['before'],
  after: change.after === null ? null : fingerprint(change.after),
});

/**
 * Writes one more batch into the trash; returns its sequence number. The action does not exist if its project was
 * deleted meanwhile.
 */
async function saveBatch(
  database: Database,
  actionId: string,
  things: readonly TrashedThing[],
): Promise<number> {
  const action = await database.trash.action(actionId);
  if (!action) throw new AppError('project-missing');
  const sequence = action.batches + 1;
  await database.trash.put({ actionId, sequence, projectId: action.projectId, things });
  await database.trash.putAction({
    ...action,
    batches: sequence,
    things: action.things + things.length,
    tasks: action.tasks + things.filter(({ taskId }) => taskId !== null).length,
    bytes: action.bytes + bytesOf(things),
  });
  return sequence;
}

/** Number of things whose size is measured; the others are assumed to be similar. */
const SAMPLED = 16;

/** Approximate size of things on disk, in bytes. */
export function bytesOf(things: readonly TrashedThing[]): number {
  const step = Math.max(1, Math.floor(things.length / SAMPLED));
  const sample = things.filter((_, at) => at % step === 0);
  const bytes = sample.reduce((sum, thing) => sum + canonicalText(thing).length, 0);
  return Math.round((bytes * things.length) / Math.max(1, sample.length));
}
