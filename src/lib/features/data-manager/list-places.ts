import type { ProjectId } from '$lib/domain/ids';

/** The state in which a list was left. */
interface ListPlace {
  readonly viewId: string;
  readonly selected: ReadonlySet<number>;
  /** In CSS pixels. */
  readonly scrollTop: number;
}

/** State of each project's list in this tab, restored when the person comes back. */
export const listPlaces = new Map<ProjectId, ListPlace>();
