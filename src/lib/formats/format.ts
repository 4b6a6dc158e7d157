import type { Dataset, Issue, Split } from '$lib/domain/dataset';
import type { Size } from '$lib/domain/geometry';

/** Files that belong together: a zip, a folder, or loose files. Paths are relative, with `/`, and never leave it. */
export interface ArchiveReader {
  /** The file's or folder's own name. */
  readonly name: string;
  readonly paths: readonly string[];
  /** Throws an AppError that names the file where it cannot be read to its end. */
  bytes(path: string): AsyncIterable<Uint8Array>;
}

/** A text file to be written, in pieces, so that no whole output is ever held. */
export interface OutputText {
  readonly path: string;
  readonly content: AsyncIterable<string>;
}

/** What of a dataset a format can hold; everything else is lost on the way out and told before. */
export interface Carries {
  /** `exact`: any number. `whole`: corners in whole pixels. */
  readonly numbers: 'exact' | 'whole';
  readonly rotation: boolean;
  readonly unlabelled: boolean;
  /** Boxes without area. */
  readonly zeroArea: boolean;
  readonly scores: boolean;
  readonly notes: boolean;
  readonly predictions: boolean;
  /**
   * Unsent work: beside what was finished; instead of it, marked as unfinished; as if it was finished; or not
   * at all.
   */
  readonly drafts: 'beside' | 'instead' | 'as-finished' | 'no';
  /** Boxes that leave the picture; else they are clipped to it. */
  readonly outside: boolean;
  /** Who finished it, and that several people did. */
  readonly annotators: boolean;
  readonly skipped: boolean;
  /** Pictures that nobody finished, told apart from deliberately empty ones. */
  readonly unfinished: boolean;
  readonly splits: boolean;
  /** The picture's place in its folder, not only its name. */
  readonly paths: boolean;
  readonly sizes: boolean;
  readonly classNumbers: boolean;
}

export interface WriteOptions {
  /** Which parts get folders of their own; empty: everything together. */
  readonly splits: readonly Split[];
  readonly withImages: boolean;
}

export interface ReadContext {
  /** The size of a picture that the file does not tell the size of; null: nobody knows the picture. */
  readonly sizeOf: (path: string) => Promise<Size | null>;
  readonly issue: (issue: Issue) => void;
  /** Where VOC boxes count from; null: told from the boxes. */
  readonly vocOrigin: 0 | 1 | null;
}

export type FormatId =
  'json' | 'json-min' | 'csv' | 'tsv' | 'coco' | 'voc' | 'yolo' | 'yolo-obb' | 'flat-csv';

export interface Format {
  readonly id: FormatId;
  readonly carries: Carries;
  /** Whether class numbers matter to it, and where they start by habit. */
  readonly firstNumber: 0 | 1;
  /** The ending of the one file it is; null: it is an archive. */
  readonly singleFile: string | null;
  /** Where a picture goes in the archive. */
  readonly picturePath: (fileName: string, split: Split | null) => string;
  /** Whether pictures whose names differ only in their ending need different stems. */
  readonly uniqueStems: boolean;
  /** How likely the archive is of this format, 0..1. Looks at names and first bytes only. */
  sniff(archive: ArchiveReader): Promise<number>;
  read(archive: ArchiveReader, context: ReadContext): Promise<Dataset>;
  write(dataset: Dataset, options: WriteOptions): AsyncIterable<OutputText>;
}
