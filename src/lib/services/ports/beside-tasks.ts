import type { TaskId } from '$lib/domain/ids';
import type { TaskKept } from '$lib/domain/kept';
import type { TaskWork } from '$lib/domain/work';

/** Notes and times. */
export interface WorkStore {
  /** Everybody's. */
  forTask(taskId: TaskId): Promise<readonly TaskWork[]>;
  put(work: TaskWork): Promise<void>;
}

/** What files say of pictures themselves. See [Note: Kept beside] in kept.ts. */
export interface KeptStore {
  /** Of all these tasks, in no order; tasks of which nothing is kept have none. */
  forTasks(taskIds: readonly TaskId[]): Promise<readonly TaskKept[]>;
  put(rows: readonly TaskKept[]): Promise<void>;
}
