import type { Annotation, Draft, DraftEntry } from './annotation';
import type { TaskKept } from './kept';
import type { DetectorModel } from './model';
import type { Prediction } from './prediction';
import type { Profile } from './profile';
import type { Project } from './project';
import type { SourceStorage } from './source';
import type { Task } from './task';
import type { AnnotationVersion } from './version';
import type { TaskWork } from './work';

/** The rows of each table that holds a person's work. */
export interface StoredRows {
  readonly profiles: Profile;
  readonly projects: Project;
  readonly sources: SourceStorage;
  /** Access to a source's folder; only the platform knows its contents. */
  readonly handles: { readonly sourceId: SourceStorage['id'] };
  readonly models: DetectorModel;
  readonly tasks: Task;
  readonly annotations: Annotation;
  readonly drafts: Draft;
  readonly draftEntries: DraftEntry;
  readonly predictions: Prediction;
  readonly versions: AnnotationVersion;
  readonly work: TaskWork;
  readonly kept: TaskKept;
}
/** The tables of a person's work. */
export type StoredTable = NamesWith<{ readonly isWork: true }>;

/** The owner of a row; deleting the owner deletes the row. `browser`: the row belongs to this browser alone. */
export type Owner = 'browser' | 'project' | 'source' | 'task';

export interface TableFacts {
  /** The fields of the primary key, in order. */
  readonly key: readonly [string, ...string[]];
  readonly owner: Owner;
  /**
   * Whether the table holds a person's work. Everything else is regenerated when needed, or describes what happens in
   * this browser.
   */
  readonly isWork: boolean;
  /** Whether a backup contains its rows. */
  readonly isBackedUp: boolean;
  /** Whether its rows store their project in `projectId`. */
  readonly namesProject: boolean;
  /**
   * The kind of label holder that is reported to a person for its rows; a draft's journal is reported as the draft.
   * Null if its rows hold no labels.
   */
  readonly labels: LabelHolder | null;
  /** The tables whose ids its rows refer to, besides its owner's. */
  readonly refersTo: readonly string[];
}

/** Everything that can refer to a label, as it is reported to a person. */
export const LABEL_HOLDERS = ['annotations', 'drafts', 'predictions', 'versions', 'trash', 'models'] as const;
export type LabelHolder = (typeof LABEL_HOLDERS)[number];

/** A person's work on a task, one row per task and profile; each table's own row below overrides what differs. */
const backedUpWork = {
  key: ['taskId', 'profileId'],
  owner: 'task',
  isWork: true,
  isBackedUp: true,
  namesProject: true,
  labels: null,
  refersTo: [],
} as const satisfies TableFacts;

/** Data about a project that stays in this browser, one row per project; no backup contains it. */
const localOnly = {
  key: ['projectId'],
  owner: 'project',
  isWork: false,
  isBackedUp: false,
  namesProject: true,
  labels: null,
  refersTo: [],
} as const satisfies TableFacts;

/**
 * [Note: Catalogue of tables]
 * The facts about every table of the database. Deleting a project or a task, the trash, backups, the check of a project
 * and "is this label in use" derive from it. To add a table: its row here, its indexes in platform/database/schema.ts,
 * the shape of its rows in row-shapes.ts if a backup contains it; the compiler and tables.test.ts name what is missing.
 */
export const TABLES = {
  profiles: { ...backedUpWork, key: ['id'], owner: 'browser', namesProject: false },
  projects: { ...backedUpWork, key: ['id'], owner: 'browser', namesProject: false },
  sources: { ...backedUpWork, key: ['id'], owner: 'project' },
  handles: { ...localOnly, key: ['sourceId'], owner: 'source', isWork: true, namesProject: false },
  models: { ...backedUpWork, key: ['id', 'version'], owner: 'project', labels: 'models' },
  tasks: { ...backedUpWork, key: ['id'], owner: 'project', refersTo: ['projects', 'sources'] },
  annotations: { ...backedUpWork, labels: 'annotations' },
  drafts: { ...backedUpWork, labels: 'drafts' },
  draftEntries: {
    ...backedUpWork,
    key: ['taskId', 'profileId', 'sequence'],
    namesProject: false,
    labels: 'drafts',
  },
  predictions: { ...backedUpWork, key: ['id'], labels: 'predictions', refersTo: ['models'] },
  versions: { ...backedUpWork, key: ['taskId', 'profileId', 'revision'], labels: 'versions' },
  work: backedUpWork,
  kept: { ...backedUpWork, key: ['taskId'] },
  draftsBehind: { ...backedUpWork, key: ['taskId'], isWork: false, namesProject: false },
  thumbnails: { ...backedUpWork, key: ['taskId'], isWork: false, isBackedUp: false, namesProject: false },
  tombstones: { ...backedUpWork, key: ['table', 'id'], owner: 'project', isWork: false, refersTo: ['tasks'] },
  tallies: localOnly,
  bulkActions: { ...localOnly, key: ['id'] },
  trash: { ...localOnly, key: ['actionId', 'sequence'], labels: 'trash', refersTo: ['bulkActions'] },
  predictRuns: { ...localOnly, refersTo: ['models'] },
  restores: localOnly,
} as const satisfies Readonly<Record<string, TableFacts>>;

/** The fields in which rows name a profile. */
export const PROFILE_FIELDS = ['profileId', 'annotator', 'reference'] as const;

export type TableName = keyof typeof TABLES;

/** The names of the tables whose facts have these values. */
type NamesWith<Facts> = {
  [T in TableName]: (typeof TABLES)[T] extends Facts ? T : never;
}[TableName];

export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[];
const factsOf = (table: TableName): TableFacts => TABLES[table];
const tablesWhere = (has: (facts: TableFacts) => boolean): readonly TableName[] =>
  TABLE_NAMES.filter((table) => has(factsOf(table)));

/** The tables of a person's work whose rows belong to a task; they are deleted and restored with it. */
export type TaskTable = NamesWith<{ readonly owner: 'task'; readonly isWork: true }>;
export const TASK_TABLES = tablesWhere(
  ({ owner, isWork }) => owner === 'task' && isWork,
) as readonly TaskTable[];

/** The submitted and unsubmitted work of people on a task. A draft's journal is created and deleted with the draft. */
export const PEOPLES_WORK = ['annotations', 'drafts'] as const satisfies readonly TaskTable[];

/** All tables whose rows belong to a task, including those that are regenerated when needed. */
export type TableOwnedByTask = NamesWith<{ readonly owner: 'task' }>;
export const TABLES_OWNED_BY_TASK = tablesWhere(
  ({ owner }) => owner === 'task',
) as readonly TableOwnedByTask[];

export type BackedUpTable = NamesWith<{ readonly isBackedUp: true }>;
/** Owners come before the tables that they own. */
export const BACKED_UP_TABLES = ownersFirst(
  tablesWhere(({ isBackedUp }) => isBackedUp) as readonly BackedUpTable[],
);

/** Tasks, and the tables of their rows, if a backup contains them. */
export const BACKED_UP_WITH_TASKS = [
  'tasks',
  ...TABLES_OWNED_BY_TASK.filter((table) => factsOf(table).isBackedUp),
] as const;

/** The tables that tasks and their rows refer to; these have few rows. */
export const TABLES_OF_REFERENCE = [
  ...new Set((['tasks', ...TASK_TABLES] as const).flatMap((table) => factsOf(table).refersTo)),
] as readonly TableName[];

/** The tables that are reported to a person as one holder of labels. */
export const tablesOfHolder = (holder: LabelHolder): readonly TableName[] =>
  tablesWhere(({ labels }) => labels === holder);

/**
 * Sorts tables so that every owner comes before what it owns: projects, what projects own, then what tasks and sources
 * own.
 */
export function ownersFirst<T extends TableName>(tables: readonly T[]): readonly T[] {
  const depth = (table: TableName): number => {
    const { owner } = factsOf(table);
    if (owner === 'browser') return 0;
    if (owner !== 'project') return 3;
    return table === 'tasks' ? 2 : 1;
  };
  return tables.toSorted((a, b) => depth(a) - depth(b));
}

/** A row's primary key: an id, or the parts of a compound key in order. */
export type RowKey = string | readonly (string | number)[];

/** The primary key of a row in its table. */
export function keyOf<T extends StoredTable>(table: T, row: StoredRows[T]): RowKey {
  const parts = factsOf(table).key.map(
    (field) => (row as unknown as Readonly<Record<string, string>>)[field]!,
  );
  return parts.length === 1 ? parts[0]! : parts;
}
