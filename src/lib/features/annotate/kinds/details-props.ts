import type { EditorSession } from '$lib/editor/session';

/** What the details of a selected region are given. */
export interface DetailsProps<One> {
  readonly region: One;
  readonly session: EditorSession;
  /** Its numbers can be read, not typed. */
  readonly isFixed: boolean;
}
