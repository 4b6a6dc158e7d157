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

/** Everything that is kept, one small store per aggregate. */
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
   * All or nothing. Inside, await nothing but stores. The answer comes when it is on disk. `stores`: all that
   * `run` touches; naming them keeps it from waiting for a long write to the others.
   */
  write<T>(run: () => Promise<T>, stores?: readonly WritableStore[]): Promise<T>;
  /** What `run` reads is of one moment. Inside, await nothing but these stores. */
  read<T>(run: () => Promise<T>, stores: readonly WritableStore[]): Promise<T>;
  /**
   * Reads now, and again whenever what was read has changed, in any tab or worker. Stores only: what reads
   * anything else is not seen. The answer stops it.
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
  /** With its sources, tasks, annotations, drafts and thumbnails. */
  delete(id: ProjectId): Promise<void>;
  /** Projects whose rows are being brought in by a restore: they come last, so that nobody sees a half of one. */
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

/** What is known of a task's file; the counts over a list do not see it. */
export type TaskFileChanges = Partial<
  Pick<Task, 'path' | 'size' | 'problem' | 'isMissing' | 'isTurned' | 'file' | 'replacedBy'>
>;

export interface TaskStore {
  get(id: TaskId): Promise<Task | undefined>;
  /** In the order asked for; unknown ids are left out. */
  getMany(ids: readonly TaskId[]): Promise<readonly Task[]>;
  add(tasks: readonly Task[]): Promise<void>;
  update(id: TaskId, changes: Partial<Omit<Task, 'id'>>): Promise<void>;
  /** Whole rows, new or in place of old ones: `before`, where who calls has read them in the same transaction. */
  putMany(tasks: readonly Task[], before?: readonly Task[]): Promise<void>;
  updateMany(ids: readonly TaskId[], changes: Partial<Omit<Task, 'id'>>): Promise<void>;
  /** A change of its own for each; nothing that is counted. */
  updateEach(updates: readonly { readonly id: TaskId; readonly changes: TaskFileChanges }[]): Promise<void>;
  /** All ids of a project by number. */
  ids(projectId: ProjectId): Promise<readonly TaskId[]>;
  first(projectId: ProjectId): Promise<Task | undefined>;
  lastNumber(projectId: ProjectId): Promise<number>;
  /** From the tally; where there is none, counted by index: a second or two for 100,000 tasks. */
  counts(projectId: ProjectId): Promise<Readonly<Record<TaskProgress, number>>>;
  /**
   * How many tasks a project without a tally has: a fifth of a second for 100,000 of them; null where another project
   * would have to be counted as well.
   */
  totalWithoutTally(projectId: ProjectId): Promise<number | null>;
  /** The kept counts; null for a project that was never tallied to its end. */
  tally(projectId: ProjectId): Promise<Tally | null>;
  /** A tally that is being made; null where there is none, or where it is done. */
  unfinishedTally(projectId: ProjectId): Promise<Tally | null>;
  /** Keeps the counts of a project that was never tallied, or a portion of it; from then on every write keeps them right. */
  putTally(tally: Tally): Promise<void>;
  /** In the order asked for; unknown numbers are left out. */
  byNumbers(projectId: ProjectId, numbers: readonly number[]): Promise<readonly Task[]>;
  /** With their thumbnails. */
  deleteMany(tasks: readonly Task[]): Promise<void>;
  /** Which of these places are taken, by `placeOf`; a file that is missing takes none. */
  takenPlaces(places: readonly Pick<Task, 'sourceId' | 'path' | 'page'>[]): Promise<ReadonlySet<string>>;
  /**
   * Tells which tasks were written or deleted, of any project, in any tab or worker; null: any of them.
   * The answer stops it.
   */
  watchChanges(onChange: (ids: readonly TaskId[] | null) => void): () => void;
  /** All tasks of a source, as a sync compares them. */
  known(sourceId: SourceId): Promise<readonly KnownTask[]>;
  countOf(sourceId: SourceId): Promise<number>;
  /** The tasks of one path: the pages of its file, and what is missing there. */
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

/** Who annotates, as far as this browser knows them by more than a name in a file. See [Note: Profiles]. */
export interface ProfileStore {
  get(id: ProfileId): Promise<Profile | undefined>;
  all(): Promise<readonly Profile[]>;
  put(profile: Profile): Promise<void>;
}

export interface AnnotationStore {
  get(key: WorkKey): Promise<Annotation | undefined>;
  /** In the order asked for, null where there is none. */
  getMany(keys: readonly WorkKey[]): Promise<readonly (Annotation | null)[]>;
  /** Everybody's, by profile id. */
  forTask(taskId: TaskId): Promise<readonly Annotation[]>;
  /** Everybody's of each task, in the order asked for. */
  forTasks(taskIds: readonly TaskId[]): Promise<readonly (readonly Annotation[])[]>;
  put(annotation: Annotation): Promise<void>;
  putMany(annotations: readonly Annotation[]): Promise<void>;
  delete(key: WorkKey): Promise<void>;
}

/** Every table as it is, by name: what a backup carries, whatever the tables are. */
export interface TableDump {
  /** The rows of one table, in portions; all, or those that name one project. */
  rows(table: string, projectId: ProjectId | null): AsyncIterable<readonly Row[]>;
  /**
   * Tasks with all rows that belong to them, and all that they refer to: by table, in portions by the tasks' ids;
   * of one project, or all. Each portion is of one moment, the last one has no tasks.
   */
  wholeTasks(projectId: ProjectId | null): AsyncIterable<ReadonlyMap<string, readonly Row[]>>;
  /** What a row is found by in its table. */
  keyOf(table: string, row: Row): IDBValidKey;
  get(table: string, keys: readonly IDBValidKey[]): Promise<readonly (Row | undefined)[]>;
  put(table: string, rows: readonly Row[]): Promise<void>;
}

/** Whose rows lie in the tables: for the check of a project. */
export interface AuditStore {
  /** Every task there is, of all projects. */
  taskIds(): Promise<ReadonlySet<TaskId>>;
  /** Whose a table's rows are, in portions; of one project where the rows say theirs, else of all. */
  taskIdsIn(table: TableOwnedByTask, projectId: ProjectId): AsyncIterable<readonly TaskId[]>;
  /** Tasks of any project that an action took away and that can still come back. */
  trashed(): AsyncIterable<readonly TaskId[]>;
  deleteRows(table: TableOwnedByTask, taskIds: readonly TaskId[]): Promise<void>;
}

/** Drafts and their journals. See [Note: Journal] in services/annotations.ts. */
export interface DraftStore {
  get(key: WorkKey): Promise<Draft | undefined>;
  /** Everybody's. */
  forTask(taskId: TaskId): Promise<readonly Draft[]>;
  /** Everybody's of each task, in the order asked for. */
  forTasks(taskIds: readonly TaskId[]): Promise<readonly (readonly Draft[])[]>;
  entries(key: WorkKey): Promise<readonly DraftEntry[]>;
  /** The last place that is taken in a journal; null without a draft. */
  length(key: WorkKey): Promise<number | null>;
  /**
   * Writes one change, with `newDraft` where it is the first, and marks the task's counts as behind; by itself,
   * never inside `write`. Fails with `edited-elsewhere` where that place in the journal is taken.
   */
  append(entry: DraftEntry, newDraft: Draft | null): Promise<void>;
  /** A draft as it was, brought back. */
  put(draft: Draft): Promise<void>;
  /** The draft and its journal. */
  delete(key: WorkKey): Promise<void>;
  /** Whether a task's counts are behind its journal. See [Note: Counts follow] in services/annotations.ts. */
  isBehind(taskId: TaskId): Promise<boolean>;
  unmarkBehind(taskId: TaskId): Promise<void>;
  allBehind(): Promise<readonly TaskId[]>;
  /** Writes a journal's rows as they are, over what is there. */
  putEntries(entries: readonly DraftEntry[]): Promise<void>;
}

/** What was deleted or changed in bulk, kept so that it can come back. See [Note: Bulk actions]. */
export interface TrashStore {
  put(row: TrashRow): Promise<void>;
  get(actionId: string, sequence: number): Promise<TrashRow | undefined>;
  delete(actionId: string, sequence: number): Promise<void>;
  /** The places of the batches that an action still has, ascending. */
  batches(actionId: string): Promise<readonly number[]>;
  action(id: string): Promise<BulkActionRow | undefined>;
  /** In no order. */
  actions(projectId: ProjectId): Promise<readonly BulkActionRow[]>;
  /** Of all projects. */
  allActions(): Promise<readonly BulkActionRow[]>;
  putAction(action: BulkActionRow): Promise<void>;
  /** With its batches: from then on it cannot be taken back. */
  deleteAction(id: string): Promise<void>;
  /** Deletes the batches that belong to no action. */
  sweep(): Promise<void>;
  addTombstone(tombstone: Tombstone): Promise<void>;
  /** Takes tasks out of the tombstone of one batch. */
  removeTombstone(table: Tombstone['table'], id: Tombstone['id'], taskIds: readonly TaskId[]): Promise<void>;
  tombstones(projectId: ProjectId): Promise<readonly Tombstone[]>;
}

export type TableOfTasks = TaskTable | 'tasks';

/**
 * Rows of any table as they are, for work on many of them; inside `write`. Tasks are only read here: their rows
 * are counted, so that `TaskStore` writes them.
 */
export interface RowStore {
  /** All rows of these tasks in each of the tables, in no order. The ids are ascending. */
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

/** Whose predictions: of one version of a model in a project. */
export type SaidBy = Pick<Prediction, 'projectId' | 'modelId' | 'modelVersion'>;

/** What models said; a task has at most one prediction of a model's version. */
export interface PredictionStore {
  forTask(taskId: TaskId): Promise<readonly Prediction[]>;
  /** Of all these tasks, in no order. */
  forTasks(taskIds: readonly TaskId[]): Promise<readonly Prediction[]>;
  /** All that one version of a model said in a project, in portions and in no order. */
  pagesOf(said: SaidBy): AsyncIterable<readonly Prediction[]>;
  /** Which models, by version, said anything in a project; those of imported files are among them. */
  saidBy(projectId: ProjectId): Promise<readonly SaidBy[]>;
  put(predictions: readonly Prediction[]): Promise<void>;
  delete(ids: readonly PredictionId[]): Promise<void>;
}

/** Connected detectors, one row a model and version, and the runs that are not at their end. */
export interface ModelStore {
  /** Every version, in no order. */
  forProject(projectId: ProjectId): Promise<readonly DetectorModel[]>;
  get(id: ModelId, version: number): Promise<DetectorModel | undefined>;
  put(model: DetectorModel): Promise<void>;
  /** Every version of it. */
  delete(id: ModelId): Promise<void>;
  /** Of all projects. */
  all(): Promise<readonly DetectorModel[]>;
  run(projectId: ProjectId): Promise<PredictRun | undefined>;
  putRun(run: PredictRun): Promise<void>;
  deleteRun(projectId: ProjectId): Promise<void>;
}

/** Every submit of a task, as it was. */
export interface VersionStore {
  /** Everybody's, by profile id and revision. */
  forTask(taskId: TaskId): Promise<readonly AnnotationVersion[]>;
  get(key: WorkKey, revision: number): Promise<AnnotationVersion | undefined>;
  has(key: WorkKey, revision: number): Promise<boolean>;
  /** 0 where there is none. */
  lastRevision(key: WorkKey): Promise<number>;
  put(version: AnnotationVersion): Promise<void>;
}
