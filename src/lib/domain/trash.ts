import type { Annotation, Draft, DraftEntry } from './annotation';
import type { EpochMs, ProjectId, TaskId } from './ids';
import type { Prediction } from './prediction';
import type { Task } from './task';

export type BulkAction =
  'delete-tasks' | 'delete-annotations' | 'delete-predictions' | 'merge-label' | 'create-annotations';

/** One task as it was before an action, with what hung on it. */
export interface TaskWhole {
  readonly task: Task;
  readonly annotation: Annotation | null;
  readonly draft: Draft | null;
  readonly entries: readonly DraftEntry[];
  readonly predictions: readonly Prediction[];
}

/** A batch of what an action took away or changed, kept until the app starts anew. */
export interface TrashRow {
  readonly actionId: string;
  /** Place in the action, from 1. */
  readonly sequence: number;
  readonly projectId: ProjectId;
  readonly action: BulkAction;
  readonly tasks: readonly TaskWhole[];
}

/** What was deleted on purpose, so that a merge does not bring it back. */
export interface Tombstone {
  readonly id: TaskId;
  readonly table: 'tasks' | 'annotations';
  readonly projectId: ProjectId;
  readonly deletedAt: EpochMs;
}
