import type { ProjectId } from '$lib/domain/ids';
import { BY_NUMBER, NO_FILTER } from '$lib/domain/filter';
import type { SavedView } from '$lib/domain/list-look';

export const FIRST_VIEW: SavedView = { id: 'first', name: '', filter: NO_FILTER, order: BY_NUMBER };

/** The kept views; what cannot be read is forgotten. The first one is always there. */
export function readViews(kept: string | null): readonly SavedView[] {
  try {
    return withFirst(JSON.parse(kept ?? '[]') as readonly SavedView[]);
  } catch {
    return [FIRST_VIEW];
  }
}

export const withFirst = (views: readonly SavedView[]): readonly SavedView[] =>
  views.some((view) => view.id === FIRST_VIEW.id) ? views : [FIRST_VIEW];

/** A project's random order is the same every time, so that it can be gone on with another day. */
export const seedOf = (projectId: ProjectId): number =>
  Array.from(projectId).reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0, 7);
