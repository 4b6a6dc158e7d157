import type { TaskFilter, TaskOrder } from '$lib/domain/filter';
import type { ProjectId } from '$lib/domain/ids';
import type { LabelStream } from '$lib/domain/stream';

export interface TaskQuery {
  readonly projectId: ProjectId;
  readonly filter: TaskFilter;
  readonly order: TaskOrder;
}

/** Whether two queries of one project are equal. A changed filter or order is another object. */
export const isSameQuery = (one: TaskQuery, other: TaskQuery): boolean =>
  one.filter === other.filter && one.order === other.order;

/** Evaluates filters and orders over all tasks of a project, in a worker. */
export interface TaskIndex {
  /**
   * Calls back with the numbers of the matching tasks, in order, now and whenever they change. Fails with
   * `pattern-invalid` or `pattern-too-slow`. Returns an unsubscribe function.
   */
  watch(
    query: TaskQuery,
    onValue: (numbers: LabelStream) => void,
    onError: (error: unknown) => void,
  ): () => void;
}
