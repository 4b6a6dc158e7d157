import { AppError } from '$lib/domain/errors';
import type { ProjectId, SourceId, TaskId } from '$lib/domain/ids';
import type { Task, TaskProgress } from '$lib/domain/task';
import type {
  AnnotationStore,
  DraftStore,
  OtherAnnotationStore,
  KnownPath,
  PredictionStore,
  ProjectStore,
  SourceStore,
  TaskStore,
  ThumbnailStore,
} from '$lib/services/ports/database';
import { Dexie } from 'dexie';
import type { KakomiDexie } from './schema';

const { minKey, maxKey } = Dexie;
const PROGRESSES: readonly TaskProgress[] = ['unlabelled', 'draft', 'submitted', 'skipped'];

export const projectStore = (db: KakomiDexie): ProjectStore => ({
  get: (id) => db.projects.get(id),
  all: () => db.projects.orderBy('createdAt').reverse().toArray(),
  async put(project) {
    await db.projects.put(project);
  },
  delete: (id) =>
    db.transaction('rw', db.tables, async () => {
      const taskIds = await taskRange(db, id).primaryKeys();
      for (const draft of await db.drafts.where('projectId').equals(id).primaryKeys())
        await entriesOf(db, draft).delete();
      await db.drafts.where('projectId').equals(id).delete();
      await db.annotations.where('projectId').equals(id).delete();
      await db.otherAnnotations.where('projectId').equals(id).delete();
      await db.thumbnails.bulkDelete(taskIds);
      await db.predictions
        .where('[projectId+modelId+modelVersion]')
        .between([id, minKey], [id, maxKey])
        .delete();
      await db.tasks.bulkDelete(taskIds);
      await db.sources.where('projectId').equals(id).delete();
      await db.projects.delete(id);
    }),
});

export const sourceStore = (db: KakomiDexie): SourceStore => ({
  get: (id) => db.sources.get(id),
  forProject: (id) => db.sources.where('projectId').equals(id).sortBy('createdAt'),
  async put(source) {
    await db.sources.put(source);
  },
});

export const taskStore = (db: KakomiDexie): TaskStore => ({
  get: (id) => db.tasks.get(id),
  async getMany(ids) {
    return (await db.tasks.bulkGet([...ids])).filter((task) => task !== undefined);
  },
  async add(tasks) {
    await db.tasks.bulkAdd(tasks);
  },
  async update(id, changes) {
    await db.tasks.update(id, changes);
  },
  async putMany(tasks) {
    await db.tasks.bulkPut(tasks);
  },
  async updateMany(ids, changes) {
    await db.tasks.bulkUpdate(ids.map((key) => ({ key, changes })));
  },
  ids: (projectId) => taskRange(db, projectId).primaryKeys(),
  first: (projectId) => taskRange(db, projectId).first(),
  async lastNumber(projectId) {
    return (await taskRange(db, projectId).last())?.number ?? 0;
  },
  async counts(projectId) {
    const count = (progress: TaskProgress) => progressRange(db, projectId, progress, 0).count();
    const [unlabelled, draft, submitted, skipped] = await Promise.all(PROGRESSES.map(count));
    return { unlabelled: unlabelled!, draft: draft!, submitted: submitted!, skipped: skipped! };
  },
  knownPaths: (sourceId) => knownPaths(db, sourceId),
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

export const annotationStore = (db: KakomiDexie): AnnotationStore => ({
  get: (taskId) => db.annotations.get(taskId),
  async getMany(taskIds) {
    return (await db.annotations.bulkGet([...taskIds])).map((annotation) => annotation ?? null);
  },
  async put(annotation) {
    await db.annotations.put(annotation);
  },
  async putMany(annotations) {
    await db.annotations.bulkPut(annotations);
  },
});

export const otherAnnotationStore = (db: KakomiDexie): OtherAnnotationStore => ({
  forTasks: (taskIds) =>
    db.otherAnnotations
      .where('taskId')
      .anyOf([...taskIds])
      .toArray(),
  async put(annotations) {
    await db.otherAnnotations.bulkPut(annotations);
  },
});

export const draftStore = (db: KakomiDexie): DraftStore => ({
  get: (taskId) => db.drafts.get(taskId),
  async put(draft) {
    await db.drafts.put(draft);
  },
  entries: (taskId) => entriesOf(db, taskId).toArray(),
  async append(entry) {
    try {
      await db.draftEntries.add(entry);
    } catch (error) {
      if (error instanceof Dexie.ConstraintError)
        throw new AppError('edited-elsewhere', {}, { cause: error });
      throw error;
    }
  },
  async delete(taskId) {
    await db.drafts.delete(taskId);
    await entriesOf(db, taskId).delete();
  },
});

export const thumbnailStore = (db: KakomiDexie): ThumbnailStore => ({
  async get(taskId) {
    return (await db.thumbnails.get(taskId))?.picture;
  },
  async put(taskId, picture) {
    await db.thumbnails.put({ taskId, picture });
  },
});

export const predictionStore = (db: KakomiDexie): PredictionStore => ({
  forTask: (taskId) => db.predictions.where('taskId').equals(taskId).toArray(),
  forTasks: (taskIds) =>
    db.predictions
      .where('taskId')
      .anyOf([...taskIds])
      .toArray(),
  async put(predictions) {
    await db.predictions.bulkPut(predictions);
  },
  async delete(ids) {
    await db.predictions.bulkDelete([...ids]);
  },
});

const entriesOf = (db: KakomiDexie, taskId: TaskId) =>
  db.draftEntries.where('[taskId+sequence]').between([taskId, minKey], [taskId, maxKey]);

/** A project's tasks with numbers above `after`, by number. */
const taskRange = (db: KakomiDexie, projectId: ProjectId, after = 0) =>
  db.tasks.where('[projectId+number]').between([projectId, after], [projectId, maxKey], false);

const progressRange = (db: KakomiDexie, projectId: ProjectId, progress: TaskProgress, after: number) =>
  db.tasks
    .where('[projectId+progress+number]')
    .between([projectId, progress, after], [projectId, progress, maxKey], false);

async function knownPaths(db: KakomiDexie, sourceId: SourceId): Promise<ReadonlyMap<string, KnownPath>> {
  const known = new Map<string, KnownPath>();
  const tasks = db.tasks.where('[sourceId+path]').between([sourceId, minKey], [sourceId, maxKey]);
  await tasks.each(({ id, path, isMissing }: Task) => known.set(path, { id, isMissing }));
  return known;
}
