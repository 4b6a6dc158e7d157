import type { ProjectId } from '$lib/domain/ids';

/** How a list was left. */
interface ListPlace {
  readonly viewId: string;
  readonly selected: ReadonlySet<number>;
  /** In CSS pixels. */
  readonly scrollTop: number;
}

/** Where this tab left each project's list, so that coming back finds it. */
export const listPlaces = new Map<ProjectId, ListPlace>();
