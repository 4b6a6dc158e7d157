import type { TaskFilter } from '$lib/domain/filter';
import type { TaskId } from '$lib/domain/ids';

/** What the list shows and has selected at the moment Export is pressed. */
export interface ExportScope {
  /** Whether the filter leaves any task out. */
  readonly isFiltered: boolean;
  /** How many tasks the filter shows, and how many are selected. */
  readonly filtered: number;
  readonly selected: number;
  /** Their ids, in the list's order; null: the filter cannot be answered. */
  readonly filteredIds: () => Promise<readonly TaskId[] | null>;
  readonly selectedIds: () => Promise<readonly TaskId[]>;
  /** Filters the list. */
  readonly show: (filter: TaskFilter) => void;
}
