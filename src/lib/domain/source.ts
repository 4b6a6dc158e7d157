import type { EpochMs, ProjectId, SourceId } from './ids';

/** How the pictures of a source are reached: a folder on disk, or copies in the browser's own storage. */
export type SourceKind = 'directory' | 'copied';

/** A folder that tasks come from, and what its last sync found. */
export interface SourceStorage {
  readonly id: SourceId;
  readonly projectId: ProjectId;
  readonly kind: SourceKind;
  readonly title: string;
  /** The folder's own name, as the person knows it. */
  readonly folderName: string;
  /** A regular expression over the whole relative path, ignoring case; empty: every supported picture. */
  readonly filter: string;
  readonly createdAt: EpochMs;
  readonly lastSync: SyncResult | null;
  /** Taken out of the project; the row stays for the tasks that were kept, so that a folder can be chosen for them. */
  readonly isRemoved?: boolean;
}

export interface SyncResult {
  readonly at: EpochMs;
  readonly tasks: number;
  readonly added: number;
  readonly changed: number;
  readonly moved: number;
  readonly missing: number;
  readonly restored: number;
  /** Files that are no tasks: of other kinds, left by systems, not matched by the filter. */
  readonly leftOut: number;
}

/**
 * Endings of pictures that a folder is searched for when no filter is given. Those that cannot be shown are
 * among them, so that their tasks say so instead of never being there.
 */
const PICTURE_ENDINGS: ReadonlySet<string> = new Set(
  'jpg jpeg jpe jfif mpo png apng gif bmp dib webp avif tif tiff btf svg dcm dicom heic heif'.split(' '),
);

export const endingOf = (path: string): string => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
};

export const isPicturePath = (path: string): boolean => PICTURE_ENDINGS.has(endingOf(path));

/** Files of this ending may have several pages, which are counted before they become tasks. */
export const mayHavePages = (path: string): boolean => ['tif', 'tiff', 'btf'].includes(endingOf(path));

/** Files and folders that systems leave beside pictures; never tasks, whatever the filter says. */
export const isLitter = (name: string): boolean =>
  name.startsWith('.') || ['thumbs.db', 'ehthumbs.db', 'desktop.ini'].includes(name.toLowerCase());

/** The same for a path in an archive: `._name` beside each file, and all of `__MACOSX`. */
export const isLeftBySystem = (path: string): boolean =>
  path
    .split(/[\\/]/)
    .some(
      (part) =>
        part === '__MACOSX' || /^(\._.*|\.DS_Store|thumbs\.db|ehthumbs\.db|desktop\.ini)$/i.test(part),
    );
