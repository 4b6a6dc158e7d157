import type { TaskId } from '$lib/domain/ids';
import type { TaskKept } from '$lib/domain/kept';
import type { TaskWork } from '$lib/domain/work';

/** Notes and times of people on tasks. */
export interface WorkStore {
  /** Rows of all profiles. */
  forTask(taskId: TaskId): Promise<readonly TaskWork[]>;
  put(work: TaskWork): Promise<void>;
}

/** Content of files about pictures themselves. See [Note: Kept beside] in kept.ts. */
export interface KeptStore {
  /** Rows of all these tasks, in no order; tasks without such content have none. */
  forTasks(taskIds: readonly TaskId[]): Promise<readonly TaskKept[]>;
  put(rows: readonly TaskKept[]): Promise<void>;
}
