import type { Annotation, Draft, DraftEntry } from './annotation';
import type { TaskKept } from './kept';
import type { DetectorModel } from './model';
import type { Prediction } from './prediction';
import type { Project } from './project';
import type { SourceStorage } from './source';
import type { Task } from './task';
import type { AnnotationVersion } from './version';
import type { TaskWork } from './work';

/** What lies in each table that a person's work is in. */
export interface StoredRows {
  readonly projects: Project;
  readonly sources: SourceStorage;
  /** The way to a source's folder: its inside is the platform's. */
  readonly handles: { readonly sourceId: SourceStorage['id'] };
  readonly models: DetectorModel;
  readonly tasks: Task;
  readonly annotations: Annotation;
  readonly otherAnnotations: Annotation;
  readonly drafts: Draft;
  readonly draftEntries: DraftEntry;
  readonly predictions: Prediction;
  readonly versions: AnnotationVersion;
  readonly work: TaskWork;
  readonly kept: TaskKept;
}
export type StoredTable = keyof StoredRows;

/** The tables whose rows belong to a task; each of them goes and comes back with it. */
export const TASK_TABLES = [
  'annotations',
  'otherAnnotations',
  'drafts',
  'draftEntries',
  'predictions',
  'versions',
  'work',
  'kept',
] as const satisfies readonly StoredTable[];
export type TaskTable = (typeof TASK_TABLES)[number];

/** A row's primary key: an id, or the parts of a compound key in order. */
export type RowKey = string | readonly (string | number)[];

type KeyOf = { readonly [T in StoredTable]: (row: StoredRows[T]) => RowKey };

const KEY_OF: KeyOf = {
  projects: ({ id }) => id,
  sources: ({ id }) => id,
  handles: ({ sourceId }) => sourceId,
  models: ({ id, version }) => [id, version],
  tasks: ({ id }) => id,
  annotations: ({ taskId }) => taskId,
  otherAnnotations: ({ taskId, annotator }) => [taskId, annotator],
  drafts: ({ taskId }) => taskId,
  draftEntries: ({ taskId, sequence }) => [taskId, sequence],
  predictions: ({ id }) => id,
  versions: ({ taskId, revision }) => [taskId, revision],
  work: ({ taskId }) => taskId,
  kept: ({ taskId }) => taskId,
};

/** What a row is found by in its table. */
export const keyOf = <T extends StoredTable>(table: T, row: StoredRows[T]): RowKey =>
  (KEY_OF[table] as (row: StoredRows[T]) => RowKey)(row);
