import type { EditorSession } from '$lib/editor/session';

/** Props of the components that show a selected region's details. */
export interface DetailsProps<One> {
  readonly region: One;
  readonly session: EditorSession;
  /** The numbers are read-only. */
  readonly isFixed: boolean;
}
