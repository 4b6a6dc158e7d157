import type { SourceId } from '$lib/domain/ids';
import type { SourceKind, SourceStorage } from '$lib/domain/source';
import type { FoundFile } from '$lib/domain/sync';

/** A folder of pictures that can be read now. */
export interface ImageFolder {
  readonly name: string;
  /** Paths of all files, in batches as they are found; hidden folders are not entered, only told. */
  list(signal: AbortSignal, onHidden?: (path: string) => void): AsyncIterable<readonly string[]>;
  /** The same, with length and time of the files that are asked about. */
  walk(
    signal: AbortSignal,
    asks: (path: string) => boolean,
    onHidden?: (path: string) => void,
  ): AsyncIterable<readonly FoundFile[]>;
  /** Throws `file-missing`, `permission-needed` or `file-unreadable`. */
  file(path: string): Promise<File>;
}

/** A folder that the person has just shown us, before it is kept. */
export interface ChosenFolder extends ImageFolder, FolderToRead {
  /** No folder was chosen but files by themselves. */
  readonly isLoose?: boolean;
}

/** The part of a chosen folder that crosses into a worker; `openChosen` opens it there. */
export interface FolderToRead {
  readonly kind: SourceKind;
  readonly name: string;
  /** For `copied`: the files, to be copied into the browser's own storage. */
  readonly files: readonly NamedFile[];
  /** For `directory`: the browser's own handle; null for `copied`. */
  readonly handle: object | null;
}

export interface NamedFile {
  readonly path: string;
  readonly file: File;
}

/** `ask`: the browser wants to hear it from the person again, normal after a restart. */
export type FolderAccess = 'granted' | 'ask' | 'gone';

export interface Folders {
  /** Whether the browser has a folder picker that keeps the folder; else a file input and copies have to do. */
  readonly canPick: boolean;
  /** Null: the person closed the picker. */
  pick(): Promise<ChosenFolder | null>;
  /** From a DataTransfer, inside its drop event. Null: nothing of use was dropped. */
  fromDrop(transfer: object): Promise<ChosenFolder | null>;
  /** From a folder input. Null: no file was chosen. */
  fromFiles(files: readonly File[]): ChosenFolder | null;
  openChosen(folder: FolderToRead): ImageFolder;
  /** Keeps the way to a folder beyond a restart; of a `copied` one there is none, its files are a job. */
  keep(id: SourceId, folder: ChosenFolder): Promise<void>;
  /** Of a `copied` source, a file that is not there fails with `copy-missing`. */
  open(source: SourceStorage): Promise<ImageFolder>;
  /** `gone`: the way to the folder is not known here, or the browser has no copy any more. */
  access(source: SourceStorage): Promise<FolderAccess>;
  /** Has the browser ask the person; only from a click. */
  requestAccess(source: SourceStorage): Promise<FolderAccess>;
  /** Copies one file into the browser's own storage, unless a file of that size is there. */
  copyIn(id: SourceId, path: string, file: File): Promise<void>;
  /** Removes one copy from there; one that is not there is removed already. */
  removeCopy(id: SourceId, path: string): Promise<void>;
  /** Removes all copies of a source. */
  forgetCopies(id: SourceId): Promise<void>;
  forget(id: SourceId): Promise<void>;
  /** What the browser lets this page keep, in bytes. */
  space(): Promise<{ readonly used: number; readonly free: number }>;
  /** Bytes that the copies of a source take. */
  copiedBytes(id: SourceId): Promise<number>;
}
