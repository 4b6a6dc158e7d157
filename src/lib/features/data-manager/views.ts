import { BY_NUMBER, NO_FILTER, type TaskFilter, type TaskOrder } from '$lib/domain/filter';

/** A saved way to look at the list, one tab each. */
export interface SavedView {
  readonly id: string;
  /** Empty for the first one, which has its name from the page's language. */
  readonly name: string;
  readonly filter: TaskFilter;
  readonly order: TaskOrder;
}

export const FIRST_VIEW: SavedView = { id: 'first', name: '', filter: NO_FILTER, order: BY_NUMBER };

/** The kept views; what cannot be read is forgotten. The first one is always there. */
export function readViews(kept: string | null): readonly SavedView[] {
  try {
    const value = JSON.parse(kept ?? '[]') as readonly SavedView[];
    return value.some((view) => view.id === FIRST_VIEW.id) ? value : [FIRST_VIEW];
  } catch {
    return [FIRST_VIEW];
  }
}
