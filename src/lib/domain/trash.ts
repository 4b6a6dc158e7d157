import type { EpochMs, ProjectId, TaskId } from './ids';
import type { Row } from './row';
import type { RowKey, StoredTable } from './tables';

/** Everything that changes many rows and can be taken back. */
export type BulkAction =
  | 'delete-tasks'
  | 'delete-annotations'
  | 'delete-predictions'
  | 'merge-label'
  | 'create-annotations'
  | 'remove-storage';

/**
 * One action, as long as it can be taken back. Its batches lie beside it, in the trash.
 *
 *   doing --all batches done, cancelled or failed--> done --Undo--> undoing --> gone, or done with what was refused
 *   doing --cut off, found by the next start-------> undoing
 */
export interface BulkActionRow {
  readonly id: string;
  readonly projectId: ProjectId;
  readonly action: BulkAction;
  readonly state: 'doing' | 'done' | 'undoing';
  /** How many things lie in the trash: tasks, and what belongs to no task. */
  readonly things: number;
  /** How many of them are tasks. */
  readonly tasks: number;
  /** The place of the last batch that was written. */
  readonly batches: number;
  /** What the batches take on disk, about, in bytes. */
  readonly bytes: number;
  /** How many things the last Undo could not put back, because of what was done to them since. */
  readonly refused: number;
  readonly startedAt: EpochMs;
}

/** One row that an action changed: made where `before` is null, deleted where `after` is null. */
export interface TrashedRow {
  readonly table: StoredTable;
  readonly key: RowKey;
  readonly before: Row | null;
  /** The fingerprint of what the action left; what is otherwise now was changed since. */
  readonly after: string | null;
}

/** Rows that come back together or not at all: those of one task, or one that belongs to no task. */
export interface TrashedThing {
  readonly taskId: TaskId | null;
  /** The task's path or another name, for the list of what was refused. */
  readonly path: string;
  readonly rows: readonly TrashedRow[];
  /** How many rows of the task's own work the action left: annotation, draft, entries; null: it touched none. */
  readonly left: number | null;
}

/** A batch of what an action took away or changed. It goes in the write that puts it back. */
export interface TrashRow {
  readonly actionId: string;
  /** Place in the action, from 1. */
  readonly sequence: number;
  readonly projectId: ProjectId;
  readonly things: readonly TrashedThing[];
}

/**
 * The tasks that one batch deleted on purpose, or whose work it deleted, so that a merge does not bring them back.
 * One row for all of them: a row for each task took a quarter of the time of a bulk action.
 */
export interface Tombstone {
  /** The batch (`tombstoneId`); in rows from before version 8 the one task. */
  readonly id: string;
  readonly table: 'tasks' | 'annotations';
  readonly projectId: ProjectId;
  readonly taskIds: readonly TaskId[];
  readonly deletedAt: EpochMs;
}

export const tombstoneId = (actionId: string, sequence: number): string => `${actionId}/${sequence}`;

/** How long an action can be taken back, in days. */
export const TRASH_DAYS = 30;
/** What the trash of one project may take on disk, in bytes; the newest action is kept whatever it takes. */
export const TRASH_BYTES = 500_000_000;
const DAY_MS = 86_400_000;

/** The actions that are no longer kept, of all of one project. What is under way is never among them. */
export function expired(actions: readonly BulkActionRow[], now: EpochMs): readonly BulkActionRow[] {
  let bytes = 0;
  return actions
    .toSorted((a, b) => b.startedAt - a.startedAt)
    .filter((action, at) => {
      bytes += action.bytes;
      if (action.state !== 'done') return false;
      return now - action.startedAt > TRASH_DAYS * DAY_MS || (at > 0 && bytes > TRASH_BYTES);
    });
}
