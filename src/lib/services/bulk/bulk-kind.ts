import type { EpochMs, LabelId, ModelId, ProfileId, ProjectId, SourceId } from '$lib/domain/ids';
import type { ResolveLabel } from '$lib/domain/label-resolution';
import { keyOf, type RowKey, type StoredRows, type StoredTable, type TaskTable } from '$lib/domain/tables';
import type { Task } from '$lib/domain/task';
import type { BulkAction } from '$lib/domain/trash';
import type { Database } from '../ports/database';

/**
 * [Note: Bulk actions]
 * What is done to many tasks at once is a list of batches. A batch is one write: it changes rows, keeps what they
 * were in the trash, and brings the action's own row (`BulkActionRow`) up to date; so that whatever stops the
 * browser, each batch is done and can be taken back, or is not done. Undo goes through the batches from the last
 * to the first, and puts a batch back and takes it out of the trash in one write. Rows of one task come back
 * together or not at all: what was changed since is never written over; it stays in the trash, and is told.
 * An action that was cut off half-way is taken back by the next start, an Undo is finished (`recover` in
 * bulk-edits.ts); the lock of the job tells whether somebody is still at it.
 *
 * To add an action: its name in `BulkAction` (domain/trash.ts), what it is told in `Edits` below, and a file with
 * its `BulkKind` listed in all.ts; its words in `list.action`. A kind only reads and says which rows become what; a
 * task's own row is either deleted or left alone, its counts follow from its rows. Writing, counting, keeping,
 * undoing, resuming and recovering are done by do-action.ts and undo-bulk-edit.ts. Rows that belong to no task (a
 * project, a storage, a model) are the action's `rest`: written last, put back first.
 */
export interface BulkKind<A extends BulkAction> {
  /** Which rows of a task `changes` gets to see. Any of annotations, drafts and draftEntries needs all three. */
  readonly reads: readonly TaskTable[];
  /** What becomes of a task's rows; none: it is left alone. */
  changes(whole: WholeTask, edit: EditOf<A>, tools: BulkTools): BulkChanges;
  /** What becomes of rows that belong to no task, once all tasks are done. */
  rest?(database: Database, projectId: ProjectId, edit: EditOf<A>): Promise<readonly RowChange[]>;
}

export interface BulkChanges {
  readonly rows: readonly RowChange[];
  /** For the report, beside the number of tasks: `boxes`, `predictions` ... */
  readonly counts?: Readonly<Record<string, number>>;
}

export const UNCHANGED: BulkChanges = { rows: [] };

export interface BulkTools {
  readonly now: EpochMs;
  readonly makeId: () => string;
  /** What the label ids of the rows mean now; rows stay as they are but for what the action changes. */
  readonly resolve: ResolveLabel;
}

export interface ModelVersion {
  readonly modelId: ModelId;
  readonly modelVersion: number;
}

export interface CreateHow {
  readonly of: ModelVersion | null;
  /** 0..1; weaker boxes are left out. */
  readonly minScore: number;
  /** As drafts for a person to look at, or as submitted. */
  readonly as: 'draft' | 'submitted';
  /** Whose work it is. */
  readonly annotator: ProfileId;
}

/** What each action is told beside the tasks it is about. */
interface Edits {
  readonly 'delete-tasks': unknown;
  readonly 'delete-annotations': unknown;
  /** Whose predictions; left out: everybody's. */
  readonly 'delete-predictions': { readonly of?: ModelVersion };
  readonly 'merge-label': { readonly from: LabelId; readonly to: LabelId };
  readonly 'create-annotations': { readonly how: CreateHow };
  /** Its tasks go with it, or stay with a storage that is only kept for them. */
  readonly 'remove-storage': { readonly sourceId: SourceId; readonly keepsTasks: boolean };
}

export type EditOf<A extends BulkAction> = {
  readonly action: A;
  /** The tasks by their numbers; null: all of the project, of which the kind takes its own. */
  readonly numbers: Int32Array | null;
} & Edits[A];
export type Edit = { [A in BulkAction]: EditOf<A> }[BulkAction];

/** A task's rows by table; those that the kind did not ask for are empty. */
export type TaskRows = { readonly [T in TaskTable]: readonly StoredRows[T][] };

export interface WholeTask {
  readonly task: Task;
  readonly rows: TaskRows;
}

/** One row before and after: made where there is no before, deleted where there is no after. */
export type RowChange = {
  readonly [T in StoredTable]: {
    readonly table: T;
    readonly before: StoredRows[T] | null;
    readonly after: StoredRows[T] | null;
    /** Undo lets it stand: a version, say, whose revision no other one may have. */
    readonly stays?: boolean;
  };
}[StoredTable];

export const changed = <T extends StoredTable>(
  table: T,
  before: StoredRows[T] | null,
  after: StoredRows[T] | null,
): RowChange => ({ table, before, after }) as RowChange;

export const deleted = <T extends StoredTable>(table: T, rows: readonly StoredRows[T][]): RowChange[] =>
  rows.map((row) => changed(table, row, null));

export const keyOfChange = ({ table, before, after }: RowChange): RowKey =>
  keyOf(table, (before ?? after) as never);
