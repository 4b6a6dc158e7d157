import type { ProjectId } from '$lib/domain/ids';

/** Small choices that must be known before the first paint. */
export interface Preferences {
  get(key: PreferenceKey): string | null;
  set(key: PreferenceKey, value: string): void;
}
export type PreferenceKey =
  | 'language'
  | 'theme'
  | 'list-view'
  /** The profile id of the person at this browser. See [Note: Profiles] in domain/profile.ts. */
  | 'profile'
  /** The name that people gave to their work before there were profiles. */
  | 'annotator'
  | 'keys'
  | 'region-list'
  | 'last-backup'
  | 'projects-held'
  | `view/${ProjectId}`
  | `columns/${string}`
  | `views/${string}`;

/**
 * Why nothing can be read or written: a newer version has upgraded the data, they were deleted elsewhere, tabs of an
 * older version do not let go of them yet, or they are just being upgraded.
 */
export type DataTrouble = 'newer-version-running' | 'data-deleted' | 'blocked' | 'upgrading';

/** The app as an installed thing. */
export interface Shell {
  /** What the browser lacks that nothing works without; empty where all is there. */
  readonly missing: readonly string[];
  /** Calls back when a newer version waits, or runs in other tabs already. Returns an unsubscribe function. */
  watchUpdate(onReady: () => void): () => void;
  /** Takes the newer version in where it waits, and loads the page anew; only when the person says so. */
  applyUpdate(): Promise<void>;
  /** Calls back with what keeps this tab from its data, whenever that changes. Returns an unsubscribe function. */
  watchTrouble(onChange: (trouble: DataTrouble | null) => void): () => void;
  /** The addresses of the app's other tabs; empty where they cannot be known. */
  otherTabs(): Promise<readonly string[]>;
  /** Asks that the browser never clears our storage by itself; true: granted. */
  persist(): Promise<boolean>;
  /** Settles when the page has nothing more urgent to do. */
  whenIdle(): Promise<unknown>;
}

/** The pictures that come with the app. */
export interface SamplePictures {
  load(): Promise<readonly { readonly path: string; readonly file: File }[]>;
  /** The model that finds what is drawn in them. */
  detector(): Promise<File>;
}
