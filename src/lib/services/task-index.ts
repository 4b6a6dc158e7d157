import { comparer, isByNumber, matcher, type TaskFacts } from '$lib/domain/filter';
import type { LabelId, ProjectId, TaskId } from '$lib/domain/ids';
import { labelResolver, type ResolveLabel } from '$lib/domain/label-resolution';
import { namesOf, type ProfileNames } from '$lib/domain/profile';
import type { LabelStream } from '$lib/domain/stream';
import { changeTally, emptyTally, type Tally } from '$lib/domain/tally';
import { summarize, type Task } from '$lib/domain/task';
import { referenceOf } from '$lib/domain/whose';
import type { Database } from './ports/database';
import type { TaskIndex, TaskQuery } from './ports/task-index';
import { readDraft } from './read-draft';
import { factsOf } from './task-facts';

type IndexedTables = Pick<
  Database,
  'profiles' | 'projects' | 'tasks' | 'annotations' | 'drafts' | 'write' | 'watch'
>;

const PAGE = 2000;
/** In milliseconds: changes within this time are answered together. */
const GATHER_MS = 60;
/** A snapshot under which many rows changed is read again, but for at most a third of the time. */
const REREAD_FACTOR = 3;

/**
 * [Note: Snapshot]
 * One project's tasks with the fields that filters use, read once and then kept up to date with every write, in any tab
 * or worker. An index of the database can answer a status or a range of numbers; it cannot combine conditions with
 * "any", search in the middle of a name or sort by one field what was filtered by another. Over the snapshot every
 * filter is one pass, about 10 ms for 100,000 tasks. It lives in a worker: about 250 bytes per task there, four bytes
 * per task in the page.
 */
export function makeTaskIndex(
  database: IndexedTables,
  /** Notified when a filter begins and ends, so that one that never ends can be stopped. */
  onWork: (isBusy: boolean) => void = () => undefined,
): TaskIndex {
  let snapshot: Snapshot | null = null;

  return {
    watch(query, onValue, onError) {
      if (snapshot?.projectId !== query.projectId) {
        snapshot?.stop();
        snapshot = makeSnapshot(database, query.projectId);
      }
      let last: LabelStream | null = null;
      return snapshot.listen((tasks, resolve) => {
        onWork(true);
        const numbers = answer(query, tasks, resolve);
        onWork(false);
        if (last !== null && isSame(last, numbers)) return;
        last = numbers.slice();
        onValue(numbers);
      }, onError);
    },
  };
}

function answer(
  { filter, order }: TaskQuery,
  tasks: readonly TaskFacts[],
  resolve: ResolveLabel,
): LabelStream {
  const found = tasks.filter(matcher(filter, resolve));
  if (!isByNumber(order)) found.sort(comparer(order));
  return Int32Array.from(found, (task) => task.number);
}

const isSame = (a: LabelStream, b: LabelStream): boolean =>
  a.length === b.length && a.every((number, at) => number === b[at]);

type Listener = readonly [
  onValue: (tasks: readonly TaskFacts[], resolve: ResolveLabel) => void,
  onError: (error: unknown) => void,
];

interface Snapshot {
  readonly projectId: ProjectId;
  listen(...listener: Listener): () => void;
  stop(): void;
}

/** See [Note: Snapshot]. */
function makeSnapshot(database: IndexedTables, projectId: ProjectId): Snapshot {
  const listeners = new Set<Listener>();
  const labelSets = new Map<string, readonly LabelId[]>();
  /** Sorted by number when it is needed. */
  let byId = new Map<TaskId, TaskFacts>();
  let sorted: readonly TaskFacts[] | null = null;
  /** Tasks that changed since; null if any may have. */
  let changed: Set<TaskId> | null = null;
  let isReading = false;
  let isTallying = false;
  let isStopped = false;
  let notBefore = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;

  /** Resolves the ids of labels in the snapshot; null until the project was read. */
  let resolve: ResolveLabel | null = null;
  let meaning = '';

  const stopLabels = database.watch(
    () => database.projects.get(projectId),
    (project) => {
      const labels = project?.labels ?? [];
      const removed = project?.removedLabels ?? [];
      const next = JSON.stringify([
        labels.map(({ id }) => id),
        removed.map(({ label, to }) => [label.id, to]),
      ]);
      if (next === meaning) return;
      meaning = next;
      resolve = labelResolver({ labels, removedLabels: removed });
      if (sorted !== null) for (const listener of listeners) notify(listener);
    },
    (error) => listeners.forEach(([, onError]) => onError(error)),
  );
  /** Names of annotators; null until they were read. A new name is written into all rows. */
  let names: ProfileNames | null = null;
  const stopNames = database.watch(
    () => database.profiles.all(),
    (profiles) => {
      const isFirst = names === null;
      names = namesOf(profiles);
      if (!isFirst) changed = null;
      schedule(isFirst ? 0 : GATHER_MS);
    },
    (error) => listeners.forEach(([, onError]) => onError(error)),
  );
  const stopWatching = database.tasks.watchChanges((ids) => {
    if (ids === null) changed = null;
    else for (const id of ids) changed?.add(id);
    schedule();
  });

  function schedule(delayMs = GATHER_MS): void {
    if (timer !== null || isReading || isStopped || names === null) return;
    const wait = changed === null ? Math.max(delayMs, notBefore - Date.now()) : delayMs;
    timer = setTimeout(() => void refresh(), wait);
  }

  async function refresh(): Promise<void> {
    timer = null;
    isReading = true;
    const what = changed;
    changed = new Set();
    const start = Date.now();
    const peoplesNames = names ?? new Map();
    try {
      if (what === null) {
        byId = await readAll(database, projectId, (task) => factsOf(task, labelSets, peoplesNames));
        notBefore = Date.now() + REREAD_FACTOR * (Date.now() - start);
        sorted = null;
      } else await readSome([...what], peoplesNames);
      if (sorted === null) {
        sorted = [...byId.values()].sort((a, b) => a.number - b.number);
        for (const listener of listeners) notify(listener);
      }
      // Counts come after the list, so that nobody who wants to see rows waits for the counts by label.
      if (what === null) void tally();
    } catch (error) {
      changed = null;
      for (const [, onError] of listeners) onError(error);
    } finally {
      isReading = false;
      if (changed === null || changed.size > 0) schedule();
    }
  }

  async function tally(): Promise<void> {
    if (isTallying) return;
    isTallying = true;
    // The next read tries again; the list is right without it.
    await tallyProject(database, projectId, () => isStopped).catch(() => undefined);
    isTallying = false;
  }

  async function readSome(ids: readonly TaskId[], peoplesNames: ProfileNames): Promise<void> {
    const found = new Map((await database.tasks.getMany(ids)).map((task) => [task.id, task]));
    for (const id of ids) {
      const task = found.get(id);
      if (task && task.projectId !== projectId) continue;
      if (task) byId.set(id, factsOf(task, labelSets, peoplesNames));
      else if (!byId.delete(id)) continue;
      sorted = null;
    }
  }

  function notify([onValue, onError]: Listener): void {
    try {
      if (resolve !== null) onValue(sorted ?? [], resolve);
    } catch (error) {
      onError(error);
    }
  }

  return {
    projectId,
    listen(...listener) {
      listeners.add(listener);
      if (sorted !== null) notify(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      isStopped = true;
      stopWatching();
      stopLabels();
      stopNames();
      if (timer !== null) clearTimeout(timer);
    },
  };
}

async function readAll(
  database: Pick<Database, 'tasks'>,
  projectId: ProjectId,
  toFacts: (task: Task) => TaskFacts,
): Promise<Map<TaskId, TaskFacts>> {
  const kept = new Map<TaskId, TaskFacts>();
  for (let number = 0; ;) {
    const page = await database.tasks.page(projectId, number, PAGE);
    for (const task of page) kept.set(task.id, toFacts(task));
    if (page.length < PAGE) return kept;
    number = page.at(-1)!.number;
  }
}

/**
 * Makes the first tally of a project that has none, with its boxes by label; an interrupted tally is continued. See
 * [Note: Tally].
 */
export async function tallyProject(
  database: Pick<Database, 'projects' | 'tasks' | 'annotations' | 'drafts' | 'write'>,
  projectId: ProjectId,
  isStopped: () => boolean = () => false,
): Promise<void> {
  const countPortion = async (): Promise<boolean> => {
    if ((await database.tasks.tally(projectId)) !== null) return true;
    // The project was deleted meanwhile.
    if (!(await database.projects.get(projectId))) return true;
    const begun = await database.tasks.unfinishedTally(projectId);
    const { countedTo = 0, ...tally } = begun ?? emptyTally(projectId);
    const page = await database.tasks.page(projectId, countedTo, PAGE);
    const counted: Task[] = [];
    for (const task of page)
      counted.push(isCountedByLabel(task) ? task : await withLabelCounts(database, task));
    await database.tasks.putMany(counted.filter((task, at) => task !== page[at]));
    const last = page.at(-1);
    const isLast = page.length < PAGE || last === undefined;
    const next = changeTally(tally, [], counted);
    await database.tasks.putTally(isLast ? next : { ...next, countedTo: last.number });
    return isLast;
  };
  while (!isStopped())
    if (await database.write(countPortion, ['projects', 'tasks', 'annotations', 'drafts'])) return;
}

const isCountedByLabel = ({ labelCounts, labelIds }: Task): boolean => labelCounts.length === labelIds.length;

/** Computes a project's tally. Call it inside a transaction, so that the tally is of one moment. */
export async function countTally(database: Pick<Database, 'tasks'>, projectId: ProjectId): Promise<Tally> {
  let tally = emptyTally(projectId);
  for (let number = 0; ;) {
    const page = await database.tasks.page(projectId, number, PAGE);
    tally = changeTally(tally, [], page);
    if (page.length < PAGE) return tally;
    number = page.at(-1)!.number;
  }
}

async function withLabelCounts(
  database: Pick<Database, 'annotations' | 'drafts'>,
  task: Task,
): Promise<Task> {
  const annotation = referenceOf(await database.annotations.forTask(task.id), task.reference);
  const draft = task.progress === 'draft' ? await readDraft(database, task.id) : null;
  return { ...task, ...summarize(annotation, draft && [...draft.regions.values()]) };
}
