import type { ProjectId } from '$lib/domain/ids';

/** Small choices that must be known before the first paint; `annotator`: the name people give to their work. */
export interface Preferences {
  get(key: PreferenceKey): string | null;
  set(key: PreferenceKey, value: string): void;
}
export type PreferenceKey =
  | 'language'
  | 'theme'
  | 'list-view'
  | 'annotator'
  | 'keys'
  | 'region-list'
  | 'last-backup'
  | `view/${ProjectId}`
  | `columns/${string}`
  | `views/${string}`;

/** The app as an installed thing. */
export interface Shell {
  /** What the browser lacks that nothing works without; empty where all is there. */
  readonly missing: readonly string[];
  /** True when a newer version waits. The answer stops watching. */
  watchUpdate(onReady: () => void): () => void;
  /** Takes the newer version in and loads the page anew; only when the person says so. */
  applyUpdate(): void;
  /** The database was taken over by a newer version in another tab. */
  watchSuperseded(onSuperseded: () => void): () => void;
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
