import type { EpochMs, LabelId, ModelId, ProfileId, ProjectId, SourceId } from '$lib/domain/ids';
import type { ResolveLabel } from '$lib/domain/label-resolution';
import { keyOf, type RowKey, type StoredRows, type StoredTable, type TaskTable } from '$lib/domain/tables';
import type { Task } from '$lib/domain/task';
import type { BulkAction } from '$lib/domain/trash';
import type { Database } from '../ports/database';

/**
 * [Note: Bulk actions]
 * An action on many tasks is a list of batches. A batch is one write: it changes rows, saves their previous state in
 * the trash, and updates the action's own row (`BulkActionRow`); so that whatever stops the browser, each batch is
 * either done and can be undone, or is not done. Undo goes through the batches from the last to the first, and restores
 * a batch and removes it from the trash in one write. Rows of one task are restored together or not at all: rows that
 * were changed since are never overwritten; they stay in the trash, and are reported. The next start undoes an
 * interrupted action and finishes an interrupted Undo (`recover` in bulk-edits.ts); the lock of the job shows whether
 * another tab is still working on it.
 *
 * To add an action: its name in `BulkAction` (domain/trash.ts), its parameters in `Edits` below, and a file with its
 * `BulkKind` listed in all.ts; its words in `list.action`. A kind only reads and returns the row changes; a task's own
 * row is either deleted or left alone, its counts follow from its rows. Writing, counting, saving, undoing, resuming
 * and recovering are done by do-action.ts and undo-bulk-edit.ts. Rows that belong to no task (a project, a storage, a
 * model) are the action's `rest`: written last, restored first.
 */
export interface BulkKind<A extends BulkAction> {
  /**
   * Tables of a task that `changes` reads. A kind that reads any of annotations, drafts and draftEntries needs all
   * three.
   */
  readonly reads: readonly TaskTable[];
  /** Returns the changes to a task's rows; none if the task is left alone. */
  changes(whole: WholeTask, edit: EditOf<A>, tools: BulkTools): BulkChanges;
  /** Returns the changes to rows that belong to no task, once all tasks are done. */
  rest?(database: Database, projectId: ProjectId, edit: EditOf<A>): Promise<readonly RowChange[]>;
}

export interface BulkChanges {
  readonly rows: readonly RowChange[];
  /** Counts for the report, beside the number of tasks: `boxes`, `predictions` ... */
  readonly counts?: Readonly<Record<string, number>>;
}

export const UNCHANGED: BulkChanges = { rows: [] };

export interface BulkTools {
  readonly now: EpochMs;
  readonly makeId: () => string;
  /** Maps label ids in the rows to current labels; rows keep their ids except where the action changes them. */
  readonly resolve: ResolveLabel;
}

export interface ModelVersion {
  readonly modelId: ModelId;
  readonly modelVersion: number;
}

export interface CreateHow {
  readonly of: ModelVersion | null;
  /** 0..1; boxes with lower scores are left out. */
  readonly minScore: number;
  /** Whether annotations are created as drafts for a person to review, or as submitted. */
  readonly as: 'draft' | 'submitted';
  /** The person whose work it becomes. */
  readonly annotator: ProfileId;
}

/** The parameters of each action, beside the tasks. */
interface Edits {
  readonly 'delete-tasks': unknown;
  readonly 'delete-annotations': unknown;
  /** The model version whose predictions are deleted; absent for all. */
  readonly 'delete-predictions': { readonly of?: ModelVersion };
  readonly 'merge-label': { readonly from: LabelId; readonly to: LabelId };
  readonly 'create-annotations': { readonly how: CreateHow };
  /** Whether the storage's tasks stay, with a storage that is kept only for them, or are deleted with it. */
  readonly 'remove-storage': { readonly sourceId: SourceId; readonly keepsTasks: boolean };
}

export type EditOf<A extends BulkAction> = {
  readonly action: A;
  /** The numbers of the tasks; null for all tasks of the project, from which the kind selects. */
  readonly numbers: Int32Array | null;
} & Edits[A];
export type Edit = { [A in BulkAction]: EditOf<A> }[BulkAction];

/** A task's rows by table; tables that the kind does not read are empty. */
export type TaskRows = { readonly [T in TaskTable]: readonly StoredRows[T][] };

export interface WholeTask {
  readonly task: Task;
  readonly rows: TaskRows;
}

/** One row before and after: created if there is no `before`, deleted if there is no `after`. */
export type RowChange = {
  readonly [T in StoredTable]: {
    readonly table: T;
    readonly before: StoredRows[T] | null;
    readonly after: StoredRows[T] | null;
    /** Whether Undo keeps the row: for example a version, whose revision no other one may have. */
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
