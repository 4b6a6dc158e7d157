import type { EpochMs, ProjectId, TaskId } from './ids';
import type { Row } from './row';
import type { RowKey, StoredTable } from './tables';

/** The actions that change many rows and can be undone. */
export type BulkAction =
  | 'delete-tasks'
  | 'delete-annotations'
  | 'delete-predictions'
  | 'merge-label'
  | 'create-annotations'
  | 'remove-storage';

/**
 * A bulk action, as long as it can be undone. Its batches are stored beside it, in the trash.
 *
 *   doing --all batches done, cancelled or failed--> done --Undo--> undoing --> deleted, or done with what was refused
 *   doing --interrupted, found by the next start---> undoing
 */
export interface BulkActionRow {
  readonly id: string;
  readonly projectId: ProjectId;
  readonly action: BulkAction;
  readonly state: 'doing' | 'done' | 'undoing';
  /** Number of things in the trash: tasks, and rows that belong to no task. */
  readonly things: number;
  /** Number of tasks among them. */
  readonly tasks: number;
  /** Sequence number of the last batch that was written. */
  readonly batches: number;
  /** Approximate size of the batches on disk, in bytes. */
  readonly bytes: number;
  /** Number of things that the last Undo could not restore, because they were changed since. */
  readonly refused: number;
  readonly startedAt: EpochMs;
}

/** One row that an action changed: created if `before` is null, deleted if `after` is null. */
export interface TrashedRow {
  readonly table: StoredTable;
  readonly key: RowKey;
  readonly before: Row | null;
  /** The fingerprint of the row as the action left it; a row with another fingerprint was changed since. */
  readonly after: string | null;
}

/** Rows that are restored together or not at all: those of one task, or one that belongs to no task. */
export interface TrashedThing {
  readonly taskId: TaskId | null;
  /** The task's path or another name, for the list of what could not be restored. */
  readonly path: string;
  readonly rows: readonly TrashedRow[];
  /**
   * Number of rows of the task's own work that the action left: annotation, draft, entries; null if it touched none.
   */
  readonly left: number | null;
}

/** A batch of the rows that an action deleted or changed. The write that restores the batch deletes it. */
export interface TrashRow {
  readonly actionId: string;
  /** Place in the action, from 1. */
  readonly sequence: number;
  readonly projectId: ProjectId;
  readonly things: readonly TrashedThing[];
}

/**
 * The tasks that one batch deleted on purpose, or whose work it deleted, so that a merge does not bring them back. One
 * row for all of them: a row for each task took a quarter of the time of a bulk action.
 */
export interface Tombstone {
  /** Id of the batch (`tombstoneId`); in rows from before version 8, the id of the one task. */
  readonly id: string;
  readonly table: 'tasks' | 'annotations';
  readonly projectId: ProjectId;
  readonly taskIds: readonly TaskId[];
  readonly deletedAt: EpochMs;
}

export const tombstoneId = (actionId: string, sequence: number): string => `${actionId}/${sequence}`;

/** How long an action can be undone, in days. */
export const TRASH_DAYS = 30;
/** Maximum size of a project's trash on disk, in bytes; the newest action is kept whatever its size. */
export const TRASH_BYTES = 500_000_000;
const DAY_MS = 86_400_000;

/** The actions of a project that are no longer kept. An action in progress is never among them. */
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
