import type { Annotation, Draft, DraftEntry, WorkKey } from '$lib/domain/annotation';
import type { ModelId, PredictionId, ProfileId, ProjectId, SourceId, TaskId } from '$lib/domain/ids';
import type { Row } from '$lib/domain/row';
import type { DetectorModel, PredictRun } from '$lib/domain/model';
import type { Prediction } from '$lib/domain/prediction';
import type { Profile } from '$lib/domain/profile';
import type { Project } from '$lib/domain/project';
import type { SourceStorage } from '$lib/domain/source';
import type { KnownTask } from '$lib/domain/sync';
import type { Tally } from '$lib/domain/tally';
import type { Task, TaskProgress } from '$lib/domain/task';
import type { RowKey, StoredRows, StoredTable, TableOwnedByTask, TaskTable } from '$lib/domain/tables';
import type { BulkActionRow, Tombstone, TrashRow } from '$lib/domain/trash';
import type { AnnotationVersion } from '$lib/domain/version';
import type { KeptStore, WorkStore } from './beside-tasks';
import type { ThumbnailStore } from './thumbnails';

/** The database, one small store per aggregate. */
export interface Database {
  readonly projects: ProjectStore;
  readonly sources: SourceStore;
  readonly tasks: TaskStore;
  readonly annotations: AnnotationStore;
  readonly drafts: DraftStore;
  readonly thumbnails: ThumbnailStore;
  readonly predictions: PredictionStore;
  readonly versions: VersionStore;
  readonly work: WorkStore;
  readonly kept: KeptStore;
  readonly trash: TrashStore;
  readonly profiles: ProfileStore;
  readonly models: ModelStore;
  readonly dump: TableDump;
  readonly audit: AuditStore;
  readonly rows: RowStore;
  /**
   * Runs a write transaction: all or nothing. Inside, await nothing but stores. Resolves when it is on disk. `stores`
   * lists all stores that `run` uses, so that it does not wait for a long write to the others.
   */
  write<T>(run: () => Promise<T>, stores?: readonly WritableStore[]): Promise<T>;
  /** Runs a read transaction: all reads are of one moment. Inside, await nothing but these stores. */
  read<T>(run: () => Promise<T>, stores: readonly WritableStore[]): Promise<T>;
  /**
   * Calls back with the result of a read now, and again whenever the rows that it read change, in any tab or worker.
   * Changes of anything but stores are not noticed. Returns an unsubscribe function.
   */
  watch<T>(
    read: () => Promise<T>,
    onValue: (value: T) => void,
    onError: (error: unknown) => void,
  ): () => void;
}

export type WritableStore = Exclude<keyof Database, 'write' | 'read' | 'watch' | 'dump' | 'audit' | 'rows'>;

export interface ProjectStore {
  get(id: ProjectId): Promise<Project | undefined>;
  /** Newest first. */
  all(): Promise<readonly Project[]>;
  put(project: Project): Promise<void>;
  /** Deletes a project with everything that belongs to it. */
  delete(id: ProjectId): Promise<void>;
  /** Projects that are being restored: their own rows are written last, so that nobody sees an incomplete one. */
  restoring(): Promise<readonly ProjectId[]>;
  markRestoring(ids: readonly ProjectId[]): Promise<void>;
  unmarkRestoring(ids: readonly ProjectId[]): Promise<void>;
}

export interface SourceStore {
  get(id: SourceId): Promise<SourceStorage | undefined>;
  /** Oldest first. */
  forProject(id: ProjectId): Promise<readonly SourceStorage[]>;
  put(source: SourceStorage): Promise<void>;
}

/** Changes of the stored facts about a task's file, which do not affect the counts over a list. */
export type TaskFileChanges = Partial<
  Pick<Task, 'path' | 'size' | 'problem' | 'isMissing' | 'isTurned' | 'file' | 'replacedBy'>
>;

export interface TaskStore {
  get(id: TaskId): Promise<Task | undefined>;
  /** In the order asked for; unknown ids are left out. */
  getMany(ids: readonly TaskId[]): Promise<readonly Task[]>;
  add(tasks: readonly Task[]): Promise<void>;
  update(id: TaskId, changes: Partial<Omit<Task, 'id'>>): Promise<void>;
  /** Writes whole rows, new or replacing. `before`: the old rows, if the caller read them in the same transaction. */
  putMany(tasks: readonly Task[], before?: readonly Task[]): Promise<void>;
  updateMany(ids: readonly TaskId[], changes: Partial<Omit<Task, 'id'>>): Promise<void>;
  /** Applies different changes to each task, in fields that are not counted. */
  updateEach(updates: readonly { readonly id: TaskId; readonly changes: TaskFileChanges }[]): Promise<void>;
  /** All ids of a project by number. */
  ids(projectId: ProjectId): Promise<readonly TaskId[]>;
  first(projectId: ProjectId): Promise<Task | undefined>;
  lastNumber(projectId: ProjectId): Promise<number>;
  /** Reads the tally; without one, counts by index: a second or two for 100,000 tasks. */
  counts(projectId: ProjectId): Promise<Readonly<Record<TaskProgress, number>>>;
  /**
   * Number of tasks of a project without a tally: a fifth of a second for 100,000 of them; null if another project
   * would have to be counted as well.
   */
  totalWithoutTally(projectId: ProjectId): Promise<number | null>;
  /** The stored counts; null for a project whose tally was never finished. */
  tally(projectId: ProjectId): Promise<Tally | null>;
  /** A tally that is being made; null if there is none, or if it is finished. */
  unfinishedTally(projectId: ProjectId): Promise<Tally | null>;
  /** Stores the first counts of a project, or a portion of them; from then on every write keeps them right. */
  putTally(tally: Tally): Promise<void>;
  /** In the order asked for; unknown numbers are left out. */
  byNumbers(projectId: ProjectId, numbers: readonly number[]): Promise<readonly Task[]>;
  /** Deletes tasks with their thumbnails. */
  deleteMany(tasks: readonly Task[]): Promise<void>;
  /** Which of these places are taken, by `placeOf`; a missing file takes none. */
  takenPlaces(places: readonly Pick<Task, 'sourceId' | 'path' | 'page'>[]): Promise<ReadonlySet<string>>;
  /**
   * Notifies the caller of tasks that were written or deleted, of any project, in any tab or worker; null if it may be
   * any of them. Returns an unsubscribe function.
   */
  watchChanges(onChange: (ids: readonly TaskId[] | null) => void): () => void;
  /** All tasks of a source, with the facts that a sync compares. */
  known(sourceId: SourceId): Promise<readonly KnownTask[]>;
  countOf(sourceId: SourceId): Promise<number>;
  /** The tasks of one path: the pages of its file, and missing tasks. */
  atPath(sourceId: SourceId, path: string): Promise<readonly Task[]>;
  /** The nearest task before or after a number. */
  neighbour(projectId: ProjectId, number: number, direction: 'previous' | 'next'): Promise<Task | undefined>;
  /** The first task with one of these states after a number. */
  nextWith(
    projectId: ProjectId,
    progress: readonly TaskProgress[],
    number: number,
  ): Promise<Task | undefined>;
  /** At most `limit` tasks with numbers above `number`, by number. */
  page(projectId: ProjectId, number: number, limit: number): Promise<readonly Task[]>;
}

/** The people who annotate, if this browser knows more about them than a name in a file. See [Note: Profiles]. */
export interface ProfileStore {
  get(id: ProfileId): Promise<Profile | undefined>;
  all(): Promise<readonly Profile[]>;
  put(profile: Profile): Promise<void>;
}

export interface AnnotationStore {
  get(key: WorkKey): Promise<Annotation | undefined>;
  /** In the order asked for, null where there is none. */
  getMany(keys: readonly WorkKey[]): Promise<readonly (Annotation | null)[]>;
  /** Annotations of all profiles, by profile id. */
  forTask(taskId: TaskId): Promise<readonly Annotation[]>;
  /** Annotations of all profiles for each task, in the order asked for. */
  forTasks(taskIds: readonly TaskId[]): Promise<readonly (readonly Annotation[])[]>;
  put(annotation: Annotation): Promise<void>;
  putMany(annotations: readonly Annotation[]): Promise<void>;
  delete(key: WorkKey): Promise<void>;
}

/** Every table by name: the contents of a backup, whatever the tables are. */
export interface TableDump {
  /** The rows of one table, in portions; all, or those that name one project. */
  rows(table: string, projectId: ProjectId | null): AsyncIterable<readonly Row[]>;
  /**
   * Tasks with all rows that belong to them, and all rows that they refer to: by table, in portions by the tasks' ids;
   * of one project, or all. Each portion is of one moment, the last one has no tasks.
   */
  wholeTasks(projectId: ProjectId | null): AsyncIterable<ReadonlyMap<string, readonly Row[]>>;
  /** The primary key of a row in its table. */
  keyOf(table: string, row: Row): IDBValidKey;
  get(table: string, keys: readonly IDBValidKey[]): Promise<readonly (Row | undefined)[]>;
  put(table: string, rows: readonly Row[]): Promise<void>;
}

/** Owners of the rows in the tables: for the check of a project. */
export interface AuditStore {
  /** The ids of all tasks, of all projects. */
  taskIds(): Promise<ReadonlySet<TaskId>>;
  /** The tasks that a table's rows belong to, in portions; of one project if the rows name theirs, otherwise of all. */
  taskIdsIn(table: TableOwnedByTask, projectId: ProjectId): AsyncIterable<readonly TaskId[]>;
  /** Tasks of any project that an action deleted and that can still be restored. */
  trashed(): AsyncIterable<readonly TaskId[]>;
  deleteRows(table: TableOwnedByTask, taskIds: readonly TaskId[]): Promise<void>;
}

/** Drafts and their journals. See [Note: Journal] in services/annotating/annotations.ts. */
export interface DraftStore {
  get(key: WorkKey): Promise<Draft | undefined>;
  /** Drafts of all profiles. */
  forTask(taskId: TaskId): Promise<readonly Draft[]>;
  /** Drafts of all profiles for each task, in the order asked for. */
  forTasks(taskIds: readonly TaskId[]): Promise<readonly (readonly Draft[])[]>;
  entries(key: WorkKey): Promise<readonly DraftEntry[]>;
  /** The last position in a draft's journal; null without a draft. */
  length(key: WorkKey): Promise<number | null>;
  /**
   * Writes one change, with `newDraft` if it is the first, and marks the task's counts as out of date; by itself, never
   * inside `write`. Fails with `edited-elsewhere` if that position in the journal is taken.
   */
  append(entry: DraftEntry, newDraft: Draft | null): Promise<void>;
  /** Writes a restored draft. */
  put(draft: Draft): Promise<void>;
  /** Deletes the draft and its journal. */
  delete(key: WorkKey): Promise<void>;
  /** Whether a task's counts are out of date. See [Note: Counts follow] in services/annotating/annotations.ts. */
  isBehind(taskId: TaskId): Promise<boolean>;
  unmarkBehind(taskId: TaskId): Promise<void>;
  allBehind(): Promise<readonly TaskId[]>;
  /** Writes a journal's rows, replacing existing ones. */
  putEntries(entries: readonly DraftEntry[]): Promise<void>;
}

/** Rows that were deleted or changed in bulk, so that they can be restored. See [Note: Bulk actions]. */
export interface TrashStore {
  put(row: TrashRow): Promise<void>;
  get(actionId: string, sequence: number): Promise<TrashRow | undefined>;
  delete(actionId: string, sequence: number): Promise<void>;
  /** The sequence numbers of an action's remaining batches, ascending. */
  batches(actionId: string): Promise<readonly number[]>;
  action(id: string): Promise<BulkActionRow | undefined>;
  /** In no order. */
  actions(projectId: ProjectId): Promise<readonly BulkActionRow[]>;
  /** Actions of all projects. */
  allActions(): Promise<readonly BulkActionRow[]>;
  putAction(action: BulkActionRow): Promise<void>;
  /** Deletes an action with its batches, so that it can no longer be undone. */
  deleteAction(id: string): Promise<void>;
  /** Deletes the batches that belong to no action. */
  sweep(): Promise<void>;
  addTombstone(tombstone: Tombstone): Promise<void>;
  /** Removes tasks from the tombstone of one batch. */
  removeTombstone(table: Tombstone['table'], id: Tombstone['id'], taskIds: readonly TaskId[]): Promise<void>;
  tombstones(projectId: ProjectId): Promise<readonly Tombstone[]>;
}

export type TableOfTasks = TaskTable | 'tasks';

/**
 * Rows of any table, for work on many of them inside `write`. Tasks are only read here: their rows are counted, so
 * `TaskStore` writes them.
 */
export interface RowStore {
  /** All rows of these tasks in each of the tables, in no order. The ids must be ascending. */
  ofTasks<T extends TableOfTasks>(
    tables: readonly T[],
    ids: readonly TaskId[],
  ): Promise<{ readonly [Name in T]: readonly StoredRows[Name][] }>;
  get<T extends StoredTable>(
    table: T,
    keys: readonly RowKey[],
  ): Promise<readonly (StoredRows[T] | undefined)[]>;
  put<T extends Exclude<StoredTable, 'tasks'>>(table: T, rows: readonly StoredRows[T][]): Promise<void>;
  delete(table: Exclude<StoredTable, 'tasks'>, keys: readonly RowKey[]): Promise<void>;
}

/** Identifies predictions: one version of a model in a project. */
export type ModelVersionKey = Pick<Prediction, 'projectId' | 'modelId' | 'modelVersion'>;

/** Predictions of models; a task has at most one prediction per model version. */
export interface PredictionStore {
  forTask(taskId: TaskId): Promise<readonly Prediction[]>;
  /** Predictions of all these tasks, in no order. */
  forTasks(taskIds: readonly TaskId[]): Promise<readonly Prediction[]>;
  /** All predictions of one model version in a project, in portions and in no order. */
  pagesOf(said: ModelVersionKey): AsyncIterable<readonly Prediction[]>;
  /** The models, by version, that have predictions in a project, including those of imported files. */
  saidBy(projectId: ProjectId): Promise<readonly ModelVersionKey[]>;
  put(predictions: readonly Prediction[]): Promise<void>;
  delete(ids: readonly PredictionId[]): Promise<void>;
}

/** Connected detectors, one row per model and version, and the unfinished runs. */
export interface ModelStore {
  /** Every version, in no order. */
  forProject(projectId: ProjectId): Promise<readonly DetectorModel[]>;
  get(id: ModelId, version: number): Promise<DetectorModel | undefined>;
  put(model: DetectorModel): Promise<void>;
  /** Deletes every version of a model. */
  delete(id: ModelId): Promise<void>;
  /** Models of all projects. */
  all(): Promise<readonly DetectorModel[]>;
  run(projectId: ProjectId): Promise<PredictRun | undefined>;
  putRun(run: PredictRun): Promise<void>;
  deleteRun(projectId: ProjectId): Promise<void>;
}

/** Every submitted version of a task. */
export interface VersionStore {
  /** Versions of all profiles, by profile id and revision. */
  forTask(taskId: TaskId): Promise<readonly AnnotationVersion[]>;
  get(key: WorkKey, revision: number): Promise<AnnotationVersion | undefined>;
  has(key: WorkKey, revision: number): Promise<boolean>;
  /** 0 if there is none. */
  lastRevision(key: WorkKey): Promise<number>;
  put(version: AnnotationVersion): Promise<void>;
}
