import type { ProjectId } from '$lib/domain/ids';

/** Small settings that must be known before the first paint. */
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
 * Reasons why nothing can be read or written: a newer version has upgraded the database, it was deleted elsewhere, tabs
 * with an older version still block the upgrade, or the upgrade is in progress.
 */
export type DataTrouble = 'newer-version-running' | 'data-deleted' | 'blocked' | 'upgrading';

/** The app as an installed program. */
export interface Shell {
  /** Required features that the browser lacks; empty if it has all. */
  readonly missing: readonly string[];
  /** Whether the browser refuses this window its storage, as in private windows of Firefox and Safari. */
  keepsNothing(): Promise<boolean>;
  /** Calls back when a newer version waits, or already runs in other tabs. Returns an unsubscribe function. */
  watchUpdate(onReady: () => void): () => void;
  /** Activates a waiting newer version and reloads the page; only at the person's request. */
  applyUpdate(): Promise<void>;
  /**
   * Calls back with the reason why this tab cannot use its database, whenever that changes. Returns an unsubscribe
   * function.
   */
  watchTrouble(onChange: (trouble: DataTrouble | null) => void): () => void;
  /** The addresses of the app's other tabs; empty if they cannot be known. */
  otherTabs(): Promise<readonly string[]>;
  /** Asks the browser never to evict our storage. Returns true if granted. */
  persist(): Promise<boolean>;
  /** Resolves when the page is idle. */
  whenIdle(): Promise<unknown>;
}

/** The sample pictures of the app. */
export interface SamplePictures {
  load(): Promise<readonly { readonly path: string; readonly file: File }[]>;
  /** Returns the model that detects the sample's objects. */
  detector(): Promise<File>;
}
