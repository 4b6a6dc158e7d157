import type { TaskFilter, TaskOrder } from './filter';

/** A saved way to look at a project's tasks. */
export interface SavedView {
  readonly id: string;
  /** Empty for the first one, which has its name from the page's language. */
  readonly name: string;
  readonly filter: TaskFilter;
  readonly order: TaskOrder;
}

/** How a project's list looks: part of the project, so that a backup brings it back. */
export interface ListLook {
  readonly views: readonly SavedView[];
  readonly columns: readonly { readonly id: string; readonly isShown: boolean; readonly width: number }[];
}
