import { mergeRow } from '$lib/domain/merge';
import type { ProjectId, SourceId, TaskId } from '$lib/domain/ids';
import type { Row } from '$lib/domain/migrations';
import type { KnownTask } from '$lib/domain/sync';
import { placeOf, summarize, summarizePredictions, type Task } from '$lib/domain/task';
import { readDraft } from '../annotations';
import type { JobPorts } from '../ports/ports';
import type { BackupManifest, RowsOf } from './backup-file';
import { withIds } from './restore-ids';

export interface MergeCounts {
  readonly added: number;
  readonly changed: number;
  readonly kept: number;
}

/** What a merge would do to one table. */
export async function mergeCounts(
  { database: { dump } }: JobPorts,
  table: string,
  rows: AsyncIterable<readonly Row[]>,
): Promise<MergeCounts> {
  const counts = { added: 0, changed: 0, kept: 0 };
  for await (const portion of rows) {
    const mine = await dump.get(
      table,
      portion.map((row) => dump.keyOf(table, row)),
    );
    for (const [at, row] of portion.entries()) {
      const own = mine[at];
      if (own === undefined) counts.added += 1;
      else if (mergeRow(table, own, row) === 'mine') counts.kept += 1;
      else counts.changed += 1;
    }
  }
  return counts;
}

/** Brings a backup's rows into the tables, and the counts of the touched projects' tasks up to date. */
export async function mergeInto(
  ports: JobPorts,
  tables: readonly string[],
  rowsOf: RowsOf,
  manifest: BackupManifest,
  signal: AbortSignal,
): Promise<Record<'added' | 'changed' | 'kept', number>> {
  const { database } = ports;
  const { dump } = database;
  const counts = { added: 0, changed: 0, kept: 0 };
  const ids = await sameTasks(ports, rowsOf);
  const drafted = await draftedTasks(ports, rowsOf);
  // Tasks first, so that nothing ever belongs to a task that is not there.
  const order = [
    'sources',
    'tasks',
    ...tables.filter((name) => !['sources', 'tasks', 'projects'].includes(name)),
    'projects',
  ];
  for (const table of order.filter((name) => tables.includes(name))) {
    for await (const portion of rowsOf(table)) {
      signal.throwIfAborted();
      const rows = portion
        .map((row) => withIds(row, ids))
        .filter((row) => !isUnsentOfMine(table, row, drafted));
      await database.write(async () => {
        const mine = await dump.get(
          table,
          rows.map((row) => dump.keyOf(table, row)),
        );
        const next: Row[] = [];
        for (const [at, row] of rows.entries()) {
          const own = mine[at];
          const merged = own === undefined ? row : mergeRow(table, own, row);
          if (merged === 'mine') counts.kept += 1;
          else {
            next.push(merged === 'theirs' ? row : merged);
            counts[own === undefined ? 'added' : 'changed'] += 1;
          }
        }
        if (next.length > 0) await dump.put(table, table === 'tasks' ? await numbered(ports, next) : next);
      });
    }
  }
  for (const { id } of manifest.projects) await refresh(ports, id, signal);
  return counts;
}

const isUnsentOfMine = (table: string, row: Row, drafted: ReadonlySet<unknown>): boolean =>
  (table === 'drafts' || table === 'draftEntries') && drafted.has(row['taskId']);

/** Tasks with unsent work of mine: theirs stays out, journal and all. */
async function draftedTasks({ database }: JobPorts, rowsOf: RowsOf): Promise<ReadonlySet<unknown>> {
  const mine = new Set<unknown>();
  for await (const portion of rowsOf('drafts'))
    for (const row of portion)
      if (await database.drafts.get(row['taskId'] as TaskId)) mine.add(row['taskId']);
  return mine;
}

/** One picture that both computers found by themselves is one task: mine. */
async function sameTasks({ database }: JobPorts, rowsOf: RowsOf): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  const known = new Map<SourceId, ReadonlyMap<string, KnownTask>>();
  const taken = new Set<string>();
  for await (const portion of rowsOf('tasks')) {
    for (const row of portion) {
      const theirs = row as unknown as Task;
      const source = theirs.sourceId;
      if (!known.has(source)) known.set(source, byPlace(source, await database.tasks.known(source)));
      const mine = known.get(source)!.get(placeOf(theirs));
      if (mine === undefined || !isSamePicture(mine, theirs) || taken.has(mine.id)) continue;
      taken.add(mine.id);
      if (mine.id !== theirs.id) ids.set(theirs.id, mine.id);
    }
  }
  return ids;
}

/** What is missing gives way to its successor at the same path. */
function byPlace(sourceId: SourceId, tasks: readonly KnownTask[]): ReadonlyMap<string, KnownTask> {
  const places = new Map<string, KnownTask>();
  for (const task of [...tasks].sort((a, b) => Number(b.isMissing) - Number(a.isMissing)))
    places.set(placeOf({ ...task, sourceId }), task);
  return places;
}

/** At one place; unless both were looked into and found to be different. */
const isSamePicture = (mine: KnownTask, theirs: Task): boolean =>
  mine.id === theirs.id || mine.file === null || theirs.file === null || mine.file.hash === theirs.file.hash;

/** New tasks are numbered on from the last one. */
async function numbered({ database }: JobPorts, rows: readonly Row[]): Promise<readonly Row[]> {
  const last = new Map<unknown, number>();
  const next: Row[] = [];
  for (const row of rows) {
    const project = row['projectId'];
    const number = (last.get(project) ?? (await database.tasks.lastNumber(project as ProjectId))) + 1;
    last.set(project, number);
    next.push({ ...row, number });
  }
  return next;
}

/** The counts of a project's tasks, from what lies under them now. */
async function refresh({ database }: JobPorts, id: ProjectId, signal: AbortSignal): Promise<void> {
  for (let number = 0; ;) {
    const page = await database.tasks.page(id, number, 500);
    if (page.length === 0) return;
    number = page.at(-1)!.number;
    signal.throwIfAborted();
    const ids = page.map((task) => task.id);
    await database.write(async () => {
      const annotations = await database.annotations.getMany(ids);
      const predictions = await database.predictions.forTasks(ids);
      const next: Task[] = [];
      for (const [at, task] of page.entries()) {
        const draft = await readDraft(database, task.id);
        const summary = {
          ...summarize(annotations[at] ?? null, draft === null ? null : [...draft.regions.values()]),
          ...summarizePredictions(predictions.filter(({ taskId }) => taskId === task.id)),
        };
        if (JSON.stringify({ ...task, ...summary }) !== JSON.stringify(task))
          next.push({ ...task, ...summary });
      }
      await database.tasks.putMany(next);
    });
  }
}
