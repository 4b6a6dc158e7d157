import type { TaskFilter } from '$lib/domain/filter';
import type { TaskId } from '$lib/domain/ids';

/** The state of the list when Export is pressed. */
export interface ExportScope {
  /** True if the filter excludes any task. */
  readonly isFiltered: boolean;
  /** Number of tasks that the filter shows, and number of selected tasks. */
  readonly filtered: number;
  readonly selected: number;
  /** Their ids, in the list's order; null if the filter has an error. */
  readonly filteredIds: () => Promise<readonly TaskId[] | null>;
  readonly selectedIds: () => Promise<readonly TaskId[]>;
  /** Sets the filter of the list. */
  readonly show: (filter: TaskFilter) => void;
}
