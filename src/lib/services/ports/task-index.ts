import type { TaskFilter, TaskOrder } from '$lib/domain/filter';
import type { ProjectId } from '$lib/domain/ids';
import type { LabelStream } from '$lib/domain/stream';

export interface TaskQuery {
  readonly projectId: ProjectId;
  readonly filter: TaskFilter;
  readonly order: TaskOrder;
}

/** Whether two queries of one project ask for the same. A changed filter or order is another object. */
export const isSameQuery = (one: TaskQuery, other: TaskQuery): boolean =>
  one.filter === other.filter && one.order === other.order;

/** Answers any filter and order over all tasks of a project, away from the page. */
export interface TaskIndex {
  /**
   * The numbers of the tasks that match, in order: now, and again whenever they change. Fails with
   * `pattern-invalid` or `pattern-too-slow`. The answer stops it.
   */
  watch(
    query: TaskQuery,
    onValue: (numbers: LabelStream) => void,
    onError: (error: unknown) => void,
  ): () => void;
}
