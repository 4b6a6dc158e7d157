import type { SourceId } from '$lib/domain/ids';
import type { SourceKind, SourceStorage } from '$lib/domain/source';
import type { FoundFile } from '$lib/domain/sync';

/** A folder of pictures that can be read now. */
export interface ImageFolder {
  readonly name: string;
  /**
   * Yields the paths of all files, in batches as they are found. Hidden folders are skipped and reported to `onHidden`.
   */
  list(signal: AbortSignal, onHidden?: (path: string) => void): AsyncIterable<readonly string[]>;
  /** Yields files with their size and modification time, which are read only for the requested paths. */
  walk(
    signal: AbortSignal,
    asks: (path: string) => boolean,
    onHidden?: (path: string) => void,
  ): AsyncIterable<readonly FoundFile[]>;
  /** Throws `file-missing`, `permission-needed` or `file-unreadable`. */
  file(path: string): Promise<File>;
}

/** A folder that the person has just chosen, before it is stored. */
export interface ChosenFolder extends ImageFolder, FolderToRead {
  /** Whether the person chose single files instead of a folder. */
  readonly isLoose?: boolean;
}

/** The part of a chosen folder that crosses into a worker; `openChosen` opens it there. */
export interface FolderToRead {
  readonly kind: SourceKind;
  readonly name: string;
  /** For `copied`: the files to copy into the browser's own storage. */
  readonly files: readonly NamedFile[];
  /** For `directory`: the browser's own handle; null for `copied`. */
  readonly handle: object | null;
}

export interface NamedFile {
  readonly path: string;
  readonly file: File;
}

/** `ask`: the browser requires the person's permission again, which is normal after a restart. */
export type FolderAccess = 'granted' | 'ask' | 'gone';

export interface Folders {
  /** Whether the browser has a folder picker whose folder can be stored; otherwise a file input and copies are used. */
  readonly canPick: boolean;
  /** Opens the folder picker. Returns null if the person closed it. */
  pick(): Promise<ChosenFolder | null>;
  /** Reads a DataTransfer, inside its drop event. Returns null if nothing usable was dropped. */
  fromDrop(transfer: object): Promise<ChosenFolder | null>;
  /** Reads the files of a folder input. Returns null if no file was chosen. */
  fromFiles(files: readonly File[]): ChosenFolder | null;
  openChosen(folder: FolderToRead): ImageFolder;
  /** Stores the handle of a folder beyond a restart. A `copied` folder has none; a job copies its files. */
  keep(id: SourceId, folder: ChosenFolder): Promise<void>;
  /** Opens a source's folder. In a `copied` source, reading a file that does not exist fails with `copy-missing`. */
  open(source: SourceStorage): Promise<ImageFolder>;
  /** `gone`: no handle of the folder is stored here, or the browser has no copies any more. */
  access(source: SourceStorage): Promise<FolderAccess>;
  /** Has the browser ask the person for permission; only from a click. */
  requestAccess(source: SourceStorage): Promise<FolderAccess>;
  /** Copies one file into the browser's own storage, unless a file of that size exists there. */
  copyIn(id: SourceId, path: string, file: File): Promise<void>;
  /** Removes one copy from there; does nothing if it does not exist. */
  removeCopy(id: SourceId, path: string): Promise<void>;
  /** Removes all copies of a source. */
  forgetCopies(id: SourceId): Promise<void>;
  forget(id: SourceId): Promise<void>;
  /** Returns the storage that the browser grants this page, in bytes. */
  space(): Promise<{ readonly used: number; readonly free: number }>;
  /** Returns the size of a source's copies in bytes. */
  copiedBytes(id: SourceId): Promise<number>;
}
