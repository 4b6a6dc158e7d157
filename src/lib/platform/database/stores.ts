import type { ProfileId, TaskId } from '$lib/domain/ids';
import { emptyTally } from '$lib/domain/tally';
import type {
  AnnotationStore,
  DraftStore,
  ModelStore,
  PredictionStore,
  ProfileStore,
  ProjectStore,
  ModelVersionKey,
  SourceStore,
  TrashStore,
  VersionStore,
} from '$lib/services/ports/database';
import type { KeptStore, WorkStore } from '$lib/services/ports/beside-tasks';
import type { ThumbnailStore } from '$lib/services/ports/thumbnails';
import { Dexie, type Table } from 'dexie';
import { appendToJournal } from './append-to-journal';
import { deleteDraft, entriesOf } from './journal-rows';
import type { KakomiDexie } from './connection';
import { deleteProject } from './delete-project';

const { minKey, maxKey } = Dexie;
/** Number of rows per portion. */
const PAGE = 500;

export const projectStore = (db: KakomiDexie): ProjectStore => ({
  get: (id) => db.projects.get(id),
  all: () => db.projects.orderBy('createdAt').reverse().toArray(),
  put: (project) =>
    db.transaction('rw', [db.projects, db.tallies], async () => {
      if ((await db.projects.get(project.id)) === undefined) await db.tallies.put(emptyTally(project.id));
      await db.projects.put(project);
    }),
  delete: (id) => db.transaction('rw', db.tables, () => deleteProject(db, id)),
  restoring: () => db.restores.toCollection().primaryKeys(),
  async markRestoring(ids) {
    await db.restores.bulkPut(ids.map((projectId) => ({ projectId })));
  },
  unmarkRestoring: (ids) => db.restores.bulkDelete([...ids]),
});

export const sourceStore = (db: KakomiDexie): SourceStore => ({
  get: (id) => db.sources.get(id),
  forProject: (id) => db.sources.where('projectId').equals(id).sortBy('createdAt'),
  async put(source) {
    await db.sources.put(source);
  },
});

export const profileStore = (db: KakomiDexie): ProfileStore => ({
  get: (id) => db.profiles.get(id),
  all: () => db.profiles.toArray(),
  async put(profile) {
    await db.profiles.put(profile);
  },
});

/** The rows of one task, of all profiles. */
const ofTask = <Row>(table: Table<Row, [TaskId, ProfileId]>, taskId: TaskId) =>
  table.where('[taskId+profileId]').between([taskId, minKey], [taskId, maxKey]);

/**
 * Reads the rows of each task, of all profiles, in the order of the ids. It bypasses Dexie, because a Dexie query for
 * each task made an export of 50,000 boxes a seventh slower. So live queries do not observe these reads.
 */
const ofTasks = <Row>(
  db: KakomiDexie,
  table: Table<Row, [TaskId, ProfileId]>,
  taskIds: readonly TaskId[],
): Promise<readonly (readonly Row[])[]> =>
  db.transaction('r', table, ({ idbtrans }) => {
    const store = idbtrans.objectStore(table.name);
    return new Promise<readonly (readonly Row[])[]>((done, fail) => {
      const found: (readonly Row[])[] = [];
      if (taskIds.length === 0) done(found);
      for (const [at, taskId] of taskIds.entries()) {
        // An array comes after every string.
        const reading = store.getAll(IDBKeyRange.bound([taskId], [taskId, []])) as IDBRequest<Row[]>;
        reading.onerror = () => fail(reading.error ?? new DOMException(table.name, 'UnknownError'));
        reading.onsuccess = () => {
          found[at] = reading.result;
          // The results arrive in the order of the requests.
          if (at === taskIds.length - 1) done(found);
        };
      }
    });
  });

export const annotationStore = (db: KakomiDexie): AnnotationStore => ({
  get: ({ taskId, profileId }) => db.annotations.get([taskId, profileId]),
  async getMany(keys) {
    const found = await db.annotations.bulkGet(
      keys.map(({ taskId, profileId }): [TaskId, ProfileId] => [taskId, profileId]),
    );
    return found.map((annotation) => annotation ?? null);
  },
  forTask: (taskId) => ofTask(db.annotations, taskId).toArray(),
  forTasks: (taskIds) => ofTasks(db, db.annotations, taskIds),
  async put(annotation) {
    await db.annotations.put(annotation);
  },
  async putMany(annotations) {
    await db.annotations.bulkPut(annotations);
  },
  async delete({ taskId, profileId }) {
    await db.annotations.delete([taskId, profileId]);
  },
});

export const draftStore = (db: KakomiDexie): DraftStore => ({
  get: ({ taskId, profileId }) => db.drafts.get([taskId, profileId]),
  forTask: (taskId) => ofTask(db.drafts, taskId).toArray(),
  forTasks: (taskIds) => ofTasks(db, db.drafts, taskIds),
  entries: (key) => entriesOf(db, key).toArray(),
  async length(key) {
    // Reads keys alone: a row can hold all the regions of a picture, and reading it would take longer than the check.
    const [last] = await entriesOf(db, key).reverse().limit(1).primaryKeys();
    if (last) return last[2];
    // A draft may have no change yet: one that was imported, or one of a picture that was replaced.
    const own = db.drafts.where('[taskId+profileId]').equals([key.taskId, key.profileId]);
    return (await own.count()) > 0 ? 0 : null;
  },
  append: (entry, newDraft) => appendToJournal(db, entry, newDraft),
  delete: (key) => deleteDraft(db, key),
  isBehind: async (taskId) => (await db.draftsBehind.get(taskId)) !== undefined,
  async unmarkBehind(taskId) {
    await db.draftsBehind.delete(taskId);
  },
  allBehind: () => db.draftsBehind.toCollection().primaryKeys(),
  async put(draft) {
    await db.drafts.put(draft);
  },
  async putEntries(entries) {
    await db.draftEntries.bulkPut(entries);
  },
});

export const trashStore = (db: KakomiDexie): TrashStore => ({
  async put(row) {
    await db.trash.put(row);
  },
  get: (actionId, sequence) => db.trash.get([actionId, sequence]),
  async delete(actionId, sequence) {
    await db.trash.delete([actionId, sequence]);
  },
  async batches(actionId) {
    return (await batchesOf(db, actionId).primaryKeys()).map(([, sequence]) => sequence);
  },
  action: (id) => db.bulkActions.get(id),
  actions: (projectId) => db.bulkActions.where('projectId').equals(projectId).toArray(),
  allActions: () => db.bulkActions.toArray(),
  async putAction(action) {
    await db.bulkActions.put(action);
  },
  deleteAction: (id) =>
    db.transaction('rw', [db.bulkActions, db.trash], async () => {
      await batchesOf(db, id).delete();
      await db.bulkActions.delete(id);
    }),
  sweep: () =>
    db.transaction('rw', [db.bulkActions, db.trash], async () => {
      const known = new Set<string>(await db.bulkActions.toCollection().primaryKeys());
      const left = await db.trash.toCollection().primaryKeys();
      await db.trash.bulkDelete(left.filter(([actionId]) => !known.has(actionId)));
    }),
  async addTombstone(tombstone) {
    await db.tombstones.put(tombstone);
  },
  async removeTombstone(table, id, taskIds) {
    const row = await db.tombstones.get([table, id]);
    // A batch from before version 8 has a row for each task.
    if (!row) return db.tombstones.bulkDelete(taskIds.map((taskId): [string, string] => [table, taskId]));
    const back = new Set(taskIds);
    const left = row.taskIds.filter((taskId) => !back.has(taskId));
    if (left.length === 0) await db.tombstones.delete([table, id]);
    else await db.tombstones.put({ ...row, taskIds: left });
  },
  tombstones: (projectId) => db.tombstones.where('projectId').equals(projectId).toArray(),
});

const batchesOf = (db: KakomiDexie, actionId: string) =>
  db.trash.where('[actionId+sequence]').between([actionId, minKey], [actionId, maxKey]);

export const thumbnailStore = (db: KakomiDexie): ThumbnailStore => ({
  async get(taskId) {
    const row = await db.thumbnails.get(taskId);
    return row && { picture: row.picture, of: row.of ?? null };
  },
  async put(taskId, kept, madeAt) {
    await db.thumbnails.put({ taskId, ...kept, madeAt });
    // The task is checked after the write, so that lists never wait for a thumbnail's write: if the task was deleted
    // meanwhile, the thumbnail is deleted too.
    if ((await db.tasks.where('id').equals(taskId).count()) === 0) await db.thumbnails.delete(taskId);
  },
  delete: (taskIds) => db.thumbnails.bulkDelete([...taskIds]),
  count: () => db.thumbnails.count(),
  async keepNewest(count) {
    const tooMany = (await db.thumbnails.count()) - count;
    if (tooMany > 0) await db.thumbnails.orderBy('madeAt').limit(tooMany).delete();
  },
});

export const predictionStore = (db: KakomiDexie): PredictionStore => ({
  forTask: (taskId) => db.predictions.where('taskId').equals(taskId).toArray(),
  forTasks: (taskIds) =>
    db.predictions
      .where('taskId')
      .anyOf([...taskIds])
      .toArray(),
  async *pagesOf({ projectId, modelId, modelVersion }) {
    const ids = await db.predictions
      .where('[projectId+modelId+modelVersion]')
      .equals([projectId, modelId, modelVersion])
      .primaryKeys();
    for (let at = 0; at < ids.length; at += PAGE)
      yield (await db.predictions.bulkGet(ids.slice(at, at + PAGE))).filter((row) => row !== undefined);
  },
  saidBy: (projectId) =>
    // Jumps from each model to the next, with one read each. A cursor over unique keys would do the same, but WebKit
    // fails to open one over an empty range ("Unable to open cursor").
    db.transaction('r', db.predictions, async () => {
      const found: ModelVersionKey[] = [];
      let after: readonly unknown[] = [projectId];
      for (;;) {
        const next = await db.predictions
          .where('[projectId+modelId+modelVersion]')
          // In the order of IndexedDB, an array comes after every string.
          .between(after, [projectId, []], false)
          .first();
        if (next === undefined) return found;
        const { modelId, modelVersion } = next;
        found.push({ projectId, modelId, modelVersion });
        after = [projectId, modelId, modelVersion];
      }
    }),
  async put(predictions) {
    await db.predictions.bulkPut(predictions);
  },
  async delete(ids) {
    await db.predictions.bulkDelete([...ids]);
  },
});

export const modelStore = (db: KakomiDexie): ModelStore => ({
  forProject: (projectId) => db.models.where('projectId').equals(projectId).toArray(),
  get: (id, version) => db.models.get([id, version]),
  async put(model) {
    await db.models.put(model);
  },
  async delete(id) {
    await db.models.where('[id+version]').between([id, minKey], [id, maxKey]).delete();
  },
  all: () => db.models.toArray(),
  run: (projectId) => db.predictRuns.get(projectId),
  async putRun(run) {
    await db.predictRuns.put(run);
  },
  async deleteRun(projectId) {
    await db.predictRuns.delete(projectId);
  },
});

export const versionStore = (db: KakomiDexie): VersionStore => ({
  forTask: (taskId) =>
    db.versions.where('[taskId+profileId+revision]').between([taskId, minKey], [taskId, maxKey]).toArray(),
  async lastRevision({ taskId, profileId }) {
    const keys = await db.versions
      .where('[taskId+profileId+revision]')
      .between([taskId, profileId, minKey], [taskId, profileId, maxKey])
      .primaryKeys();
    return keys.at(-1)?.[2] ?? 0;
  },
  get: ({ taskId, profileId }, revision) => db.versions.get([taskId, profileId, revision]),
  async has({ taskId, profileId }, revision) {
    const own = db.versions.where('[taskId+profileId+revision]').equals([taskId, profileId, revision]);
    return (await own.count()) > 0;
  },
  async put(version) {
    await db.versions.put(version);
  },
});

export const workStore = (db: KakomiDexie): WorkStore => ({
  forTask: (taskId) => ofTask(db.work, taskId).toArray(),
  async put(work) {
    await db.work.put(work);
  },
});

export const keptStore = (db: KakomiDexie): KeptStore => ({
  async forTasks(taskIds) {
    return (await db.kept.bulkGet([...taskIds])).flatMap((row) => row ?? []);
  },
  async put(rows) {
    await db.kept.bulkPut([...rows]);
  },
});
