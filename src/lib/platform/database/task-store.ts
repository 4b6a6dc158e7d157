import type { ProjectId, SourceId, TaskId } from '$lib/domain/ids';
import { taskCount } from '$lib/domain/tally';
import { placeOf, type Task, type TaskProgress } from '$lib/domain/task';
import type { KnownTask } from '$lib/domain/sync';
import type { TaskStore } from '$lib/services/ports/database';
import { Dexie, RangeSet, type ObservabilitySet } from 'dexie';
import { deleteDraft, draftsOf } from './journal-rows';
import type { KakomiDexie } from './connection';
import { changeTallies, putTally, unfinishedTally, wholeTally } from './tally-rows';

const { minKey, maxKey } = Dexie;
const PROGRESSES: readonly TaskProgress[] = ['unlabelled', 'draft', 'submitted', 'skipped'];

/**
 * [Note: Tally]
 * Every write of tasks changes the project's tally in the same transaction, so the counts over the list are right
 * whatever is interrupted, and are never computed again. A project from before there were tallies, or one whose rows
 * came from a backup, has none until `tallyProject` in services/task-index.ts has made its first: in portions, by
 * number, each in a transaction of its own, so that nobody has to wait and an interrupted tally is continued. Meanwhile
 * writes change the part that is counted already, and nobody else reads it.
 */
export const taskStore = (db: KakomiDexie): TaskStore => ({
  get: (id) => db.tasks.get(id),
  async getMany(ids) {
    return (await db.tasks.bulkGet([...ids])).filter((task) => task !== undefined);
  },
  add: (tasks) =>
    tallied(db, async () => {
      await db.tasks.bulkAdd(tasks);
      await changeTallies(db, [], tasks);
    }),
  async update(id, changes) {
    if (!isCounted(changes)) await db.tasks.update(id, changes);
    else
      await tallied(db, async () => {
        const before = await db.tasks.get(id);
        if (before === undefined) return;
        await db.tasks.update(id, changes);
        await changeTallies(db, [before], [{ ...before, ...changes }]);
      });
  },
  async updateMany(ids, changes) {
    const update = () => db.tasks.bulkUpdate(ids.map((key) => ({ key, changes })));
    if (!isCounted(changes)) await update();
    else
      await tallied(db, async () => {
        const before = (await db.tasks.bulkGet([...ids])).filter((task) => task !== undefined);
        await update();
        await changeTallies(
          db,
          before,
          before.map((task) => ({ ...task, ...changes })),
        );
      });
  },
  async updateEach(updates) {
    await db.tasks.bulkUpdate(updates.map(({ id, changes }) => ({ key: id, changes })));
  },
  putMany: (tasks, before) =>
    tallied(db, async () => {
      const old = before ?? (await db.tasks.bulkGet(tasks.map((task) => task.id)));
      await db.tasks.bulkPut(tasks);
      await changeTallies(
        db,
        old.filter((task) => task !== undefined),
        tasks,
      );
    }),
  deleteMany: (tasks) =>
    db.transaction('rw', [...TALLIED(db), db.drafts, db.draftEntries, db.draftsBehind], async () => {
      const ids = tasks.map((task) => task.id);
      await db.tasks.bulkDelete(ids);
      await db.thumbnails.bulkDelete(ids);
      // Includes drafts whose counts are out of date, which the task's row does not show. See [Note: Stands on].
      for (const key of await draftsOf(db, ids)) await deleteDraft(db, key);
      await changeTallies(db, tasks, []);
    }),
  ids: (projectId) => taskRange(db, projectId).primaryKeys(),
  first: (projectId) => taskRange(db, projectId).first(),
  async lastNumber(projectId) {
    return (await taskRange(db, projectId).last())?.number ?? 0;
  },
  async counts(projectId) {
    const tally = await wholeTally(db, projectId);
    if (tally) return tally.progress;
    const count = (progress: TaskProgress) => progressRange(db, projectId, progress, 0).count();
    const [unlabelled, draft, submitted, skipped] = await Promise.all(PROGRESSES.map(count));
    return { unlabelled: unlabelled!, draft: draft!, submitted: submitted!, skipped: skipped! };
  },
  async totalWithoutTally(projectId) {
    // Counting keys is four times as fast as counting an index: all tasks minus those of the other projects.
    const others = (await db.projects.toCollection().primaryKeys()).filter((id) => id !== projectId);
    const tallies = await db.tallies.bulkGet(others);
    if (tallies.includes(undefined) || (await db.restores.count()) > 0) return null;
    const ofOthers = tallies.reduce((sum, tally) => sum + (tally ? taskCount(tally) : 0), 0);
    return (await db.tasks.count()) - ofOthers;
  },
  tally: (projectId) => wholeTally(db, projectId),
  unfinishedTally: (projectId) => unfinishedTally(db, projectId),
  putTally: (tally) => putTally(db, tally),
  async byNumbers(projectId, numbers) {
    const [first, last] = [numbers[0], numbers.at(-1)];
    if (first === undefined || last === undefined) return [];
    if (isRun(numbers))
      return db.tasks
        .where('[projectId+number]')
        .between([projectId, first], [projectId, last], true, true)
        .toArray();
    const ask = (number: number) => db.tasks.where('[projectId+number]').equals([projectId, number]).first();
    const found = await db.transaction('r', db.tasks, () => Promise.all(numbers.map(ask)));
    return found.filter((task) => task !== undefined);
  },
  async takenPlaces(places) {
    const keys = places.map(({ sourceId, path }) => [sourceId, path]);
    const found = await db.tasks.where('[sourceId+path]').anyOf(keys).toArray();
    return new Set(found.filter((task) => !task.isMissing).map(placeOf));
  },
  watchChanges(onChange) {
    const part = `idb://${db.name}/tasks/`;
    const onMutated = (parts: ObservabilitySet) => {
      const keys = parts[part];
      // A transaction reports a plain tree, which has to be converted to a set before it can be iterated.
      if (keys) onChange(singleKeys(RangeSet(keys)));
    };
    Dexie.on('storagemutated', onMutated);
    return () => Dexie.on.storagemutated.unsubscribe(onMutated);
  },
  known: (sourceId) => known(db, sourceId),
  countOf: (sourceId) => ofSource(db, sourceId).count(),
  atPath: (sourceId, path) => db.tasks.where('[sourceId+path]').equals([sourceId, path]).toArray(),
  neighbour(projectId, number, direction) {
    return direction === 'next'
      ? taskRange(db, projectId, number).first()
      : db.tasks
          .where('[projectId+number]')
          .between([projectId, minKey], [projectId, number], true, false)
          .last();
  },
  async nextWith(projectId, progresses, number) {
    const found = await Promise.all(
      progresses.map((progress) => progressRange(db, projectId, progress, number).first()),
    );
    return found.reduce(
      (best, task) => (task && (!best || task.number < best.number) ? task : best),
      undefined,
    );
  },
  page: (projectId, number, limit) => taskRange(db, projectId, number).limit(limit).toArray(),
});

/** A project's tasks with numbers above `after`, by number. */
export const taskRange = (db: KakomiDexie, projectId: ProjectId, after = 0) =>
  db.tasks.where('[projectId+number]').between([projectId, after], [projectId, maxKey], false);

const progressRange = (db: KakomiDexie, projectId: ProjectId, progress: TaskProgress, after: number) =>
  db.tasks
    .where('[projectId+progress+number]')
    .between([projectId, progress, after], [projectId, progress, maxKey], false);

/** Whether the numbers are consecutive, so that one range read fetches them all. */
const isRun = (numbers: readonly number[]): boolean =>
  numbers.every((number, at) => number === numbers[0]! + at);

const TALLIED = (db: KakomiDexie) => [db.tasks, db.tallies, db.thumbnails];

const tallied = (db: KakomiDexie, run: () => Promise<void>): Promise<void> =>
  db.transaction('rw', TALLIED(db), run);

const isCounted = (changes: Partial<Task>): boolean => 'progress' in changes || 'labelIds' in changes;

/** The keys of a set; null if it contains a whole range, as after a write of many. */
function singleKeys(keys: ReturnType<typeof RangeSet>): readonly TaskId[] | null {
  const found: TaskId[] = [];
  for (const { from, to } of keys) {
    if (from !== to) return null;
    found.push(from as TaskId);
  }
  return found;
}

const ofSource = (db: KakomiDexie, sourceId: SourceId, from: string | typeof minKey = minKey) =>
  db.tasks.where('[sourceId+path]').between([sourceId, from], [sourceId, maxKey]);

/** Number of rows read at once: a cursor, which visits each row, takes several times as long. */
const KNOWN_AT_ONCE = 2000;

async function known(db: KakomiDexie, sourceId: SourceId): Promise<readonly KnownTask[]> {
  const tasks: KnownTask[] = [];
  let from: string | undefined;
  for (let limit = KNOWN_AT_ONCE; ;) {
    const rows = await ofSource(db, sourceId, from).limit(limit).toArray();
    const last = rows.length < limit ? undefined : rows.at(-1)!.path;
    // The last path may have more pages than were read: the next range starts with it and contains all of them.
    const whole = rows.filter(({ path }) => path !== last);
    for (const { id, path, page, isMissing, file, replacedBy } of whole)
      tasks.push({ id, path, page, isMissing, file, ...(replacedBy ? { replacedBy } : {}) });
    if (last === undefined) return tasks;
    if (whole.length === 0) limit *= 2;
    from = last;
  }
}
