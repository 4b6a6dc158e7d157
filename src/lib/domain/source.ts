import type { EpochMs, ProjectId, SourceId } from './ids';

/** Access to the pictures of a source: a folder on disk, or copies in the browser's own storage. */
export type SourceKind = 'directory' | 'copied';

/** A folder that tasks come from, and the result of its last sync. */
export interface SourceStorage {
  readonly id: SourceId;
  readonly projectId: ProjectId;
  readonly kind: SourceKind;
  readonly title: string;
  /** The folder's own name, as the person knows it. */
  readonly folderName: string;
  /** A regular expression that must match the whole relative path, ignoring case; empty for every supported picture. */
  readonly filter: string;
  readonly createdAt: EpochMs;
  readonly lastSync: SyncResult | null;
  /**
   * Whether the storage was removed from the project; the row stays for the tasks that were kept, so that a folder can
   * be chosen for them.
   */
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
  /**
   * Number of files that are no tasks: files of other kinds, files that systems leave, and files that the filter
   * excludes.
   */
  readonly leftOut: number;
}

/**
 * Extensions of pictures that are searched for when no filter is given. They include formats that cannot be shown, so
 * that their tasks report that instead of not existing.
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

/** Whether a file of this extension may have several pages, which are counted before they become tasks. */
export const mayHavePages = (path: string): boolean => ['tif', 'tiff', 'btf'].includes(endingOf(path));

/**
 * Whether the operating system left this file or folder beside pictures; it never becomes a task, whatever the filter
 * says.
 */
export const isSystemFile = (name: string): boolean =>
  name.startsWith('.') || ['thumbs.db', 'ehthumbs.db', 'desktop.ini'].includes(name.toLowerCase());

/** Whether a path in an archive was left by the operating system: `._name` beside each file, and all of `__MACOSX`. */
export const isSystemPath = (path: string): boolean =>
  path
    .split(/[\\/]/)
    .some(
      (part) =>
        part === '__MACOSX' || /^(\._.*|\.DS_Store|thumbs\.db|ehthumbs\.db|desktop\.ini)$/i.test(part),
    );
