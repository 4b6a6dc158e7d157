import type { TaskFilter, TaskOrder } from './filter';

/** A saved view of a project's tasks. */
export interface SavedView {
  readonly id: string;
  /** Empty for the first view, whose name depends on the page's language. */
  readonly name: string;
  readonly filter: TaskFilter;
  readonly order: TaskOrder;
}

/** Settings of a project's list; part of the project, so that a backup restores them. */
export interface ListLook {
  readonly views: readonly SavedView[];
  readonly columns: readonly { readonly id: string; readonly isShown: boolean; readonly width: number }[];
}
