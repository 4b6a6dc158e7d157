import { mergeRow } from '$lib/domain/merge';
import type { ProjectId, SourceId, TaskId } from '$lib/domain/ids';
import type { Row } from '$lib/domain/row';
import type { Project } from '$lib/domain/project';
import type { KnownTask } from '$lib/domain/sync';
import { EMPTY_SUMMARY, placeOf, type Task } from '$lib/domain/task';
import type { JobPorts } from '../ports/ports';
import { recount } from '../recount';
import type { RowsOf } from './backup-file';
import type { Deletions } from './restore-deleted';
import { withIds } from './restore-ids';
import type { MergeCounts } from './contract';

/** Counts the effect of a merge on one table. */
export async function mergeCounts(
  { database: { dump } }: JobPorts,
  table: string,
  rows: AsyncIterable<readonly Row[]>,
  deletions: Deletions,
): Promise<MergeCounts> {
  const counts = { added: 0, changed: 0, kept: 0, deleted: 0 };
  for await (const portion of rows) {
    const mine = await dump.get(
      table,
      portion.map((row) => dump.keyOf(table, row)),
    );
    for (const [at, row] of portion.entries()) {
      const own = mine[at];
      if (own === undefined && deletions.keepsOut(table, row)) counts.deleted += 1;
      else if (own === undefined) counts.added += 1;
      else if (mergeRow(table, own, row) === 'mine') counts.kept += 1;
      else counts.changed += 1;
    }
  }
  return counts;
}

/**
 * Merges a backup's rows into the tables. If it is interrupted, counts stay right and nothing is half written: rows
 * that determine counts are written together with the counts, and a draft together with its journal. `tables` lists
 * owners before what belongs to them. Returns the number of rows; `deleted` counts tasks.
 */
export async function mergeInto(
  ports: JobPorts,
  tables: readonly string[],
  rowsOf: RowsOf,
  deletions: Deletions,
  signal: AbortSignal,
): Promise<MergeCounts> {
  const { database } = ports;
  const { dump } = database;
  const counts = { added: 0, changed: 0, kept: 0 };
  const deleted = new Set<unknown>();
  const ids = await sameTasks(ports, rowsOf);
  for (const table of tables.filter((name) => !WITH_OTHERS.has(name))) {
    const journalsOf = table === 'drafts' ? journalReader(rowsOf) : null;
    for await (const portion of rowsOf(table)) {
      signal.throwIfAborted();
      const journals = (await journalsOf?.(portion)) ?? new Map<unknown, readonly Row[]>();
      const rows = portion.map((row) => withIds(row, ids));
      await database.write(async () => {
        const mine = await dump.get(
          table,
          rows.map((row) => dump.keyOf(table, row)),
        );
        const next: Row[] = [];
        const entries: Row[] = [];
        for (const [at, row] of rows.entries()) {
          const own = mine[at];
          if (own === undefined && deletions.keepsOut(table, row)) {
            deleted.add(table === 'tasks' ? row['id'] : row['taskId']);
            continue;
          }
          const merged = own === undefined ? row : mergeRow(table, own, row);
          if (merged === 'mine') counts.kept += 1;
          else {
            next.push(merged === 'theirs' ? row : merged);
            counts[own === undefined ? 'added' : 'changed'] += 1;
            for (const entry of journals.get(draftName(portion[at]!)) ?? [])
              entries.push(withIds(entry, ids));
          }
        }
        await put(ports, table, next);
        await dump.put('draftEntries', entries);
        counts.added += entries.length;
        if (COUNTED.has(table))
          await recount(database, [...new Set(next.map(taskIdOf))], {
            pointsToLatest: table === 'annotations',
          });
      });
    }
  }
  return { ...counts, deleted: deleted.size };
}

const taskIdOf = (row: Row) => row['taskId'] as TaskId;
/** Key shared by a draft and the rows of its journal. */
const draftName = (row: Row): string => `${String(row['taskId'])} ${String(row['profileId'])}`;

/**
 * Tables that are not merged by themselves: journals are written with their drafts, and out-of-date marks concern only
 * the browser that made them.
 */
const WITH_OTHERS: ReadonlySet<string> = new Set(['draftEntries', 'draftsBehind']);
/** Tables that determine a task's counts. */
const COUNTED: ReadonlySet<string> = new Set(['annotations', 'drafts', 'predictions']);

/** Writes rows. A new project gets a tally; new tasks are counted in it as empty until their work is written. */
async function put(ports: JobPorts, table: string, rows: readonly Row[]): Promise<void> {
  const { database } = ports;
  if (table === 'projects') for (const row of rows) await database.projects.put(row as unknown as Project);
  else if (table === 'tasks') {
    const next = (await numbered(ports, rows)) as unknown as readonly Task[];
    await database.tasks.putMany(
      next.map((task) => ({ ...task, ...EMPTY_SUMMARY })),
      [],
    );
  } else await database.dump.put(table, rows);
}

/** Reads the journals of one portion of drafts after another, by `draftName`. Both tables are sorted by task. */
function journalReader(rowsOf: RowsOf) {
  const entries = rowsOf('draftEntries')[Symbol.asyncIterator]();
  let ahead: readonly Row[] = [];
  return async (drafts: readonly Row[]): Promise<ReadonlyMap<unknown, readonly Row[]>> => {
    const last = drafts.map(taskIdOf).reduce((max, id) => (id > max ? id : max));
    const found = new Map<unknown, Row[]>();
    for (;;) {
      const end = ahead.findIndex((row) => taskIdOf(row) > last);
      const own = end < 0 ? ahead : ahead.slice(0, end);
      for (const row of own) {
        const journal = found.get(draftName(row));
        if (journal) journal.push(row);
        else found.set(draftName(row), [row]);
      }
      ahead = ahead.slice(own.length);
      if (ahead.length > 0) return found;
      const next = await entries.next();
      if (next.done) return found;
      ahead = next.value;
    }
  };
}

/** Pairs tasks for the same picture that both computers created independently; mine is kept. */
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

/** Tasks by the place of their picture. A missing task gives way to its successor at the same path. */
function byPlace(sourceId: SourceId, tasks: readonly KnownTask[]): ReadonlyMap<string, KnownTask> {
  const places = new Map<string, KnownTask>();
  for (const task of [...tasks].sort((a, b) => Number(b.isMissing) - Number(a.isMissing)))
    places.set(placeOf({ ...task, sourceId }), task);
  return places;
}

/** Whether two tasks at one place show the same picture: true unless both files were read and differ. */
const isSamePicture = (mine: KnownTask, theirs: Task): boolean =>
  mine.id === theirs.id || mine.file === null || theirs.file === null || mine.file.hash === theirs.file.hash;

/** Numbers new tasks, continuing after the last one. */
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
