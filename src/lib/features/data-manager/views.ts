import type { ProjectId } from '$lib/domain/ids';
import { BY_NUMBER, NO_FILTER } from '$lib/domain/filter';
import type { SavedView } from '$lib/domain/list-look';

export const FIRST_VIEW: SavedView = { id: 'first', name: '', filter: NO_FILTER, order: BY_NUMBER };

/** Reads the stored views. Unreadable ones are dropped; the first view always exists. */
export function readViews(kept: string | null): readonly SavedView[] {
  try {
    return withFirst(JSON.parse(kept ?? '[]') as readonly SavedView[]);
  } catch {
    return [FIRST_VIEW];
  }
}

export const withFirst = (views: readonly SavedView[]): readonly SavedView[] =>
  views.some((view) => view.id === FIRST_VIEW.id) ? views : [FIRST_VIEW];

/** Seed of the project's random order, which is the same every time, so that labelling can be continued another day. */
export const seedOf = (projectId: ProjectId): number =>
  Array.from(projectId).reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0, 7);
