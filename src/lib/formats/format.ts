import type { Dataset, DatasetItem, Issue, Split } from '$lib/domain/dataset';
import type { Size } from '$lib/domain/geometry';
import type { FormatId, FormatTraits } from './traits';

/** Files that belong together: a zip, a folder, or loose files. Paths are relative, with `/`, and never leave it. */
export interface ArchiveReader {
  /** The file's or folder's own name. */
  readonly name: string;
  readonly paths: readonly string[];
  /** What else a path may be, where nothing says in which encoding it was written. */
  spellings?(path: string): readonly string[];
  /** Throws an AppError that names the file where it cannot be read to its end. */
  bytes(path: string): AsyncIterable<Uint8Array>;
}

/** A text file to be written, in pieces, so that no whole output is ever held. */
export interface OutputText {
  readonly path: string;
  readonly content: AsyncIterable<string>;
}

export interface WriteOptions {
  /** Which parts get folders of their own; empty: everything together. */
  readonly splits: readonly Split[];
  readonly withImages: boolean;
}

export interface ReadContext {
  /** The size of a picture that the file does not tell the size of; null: nobody knows the picture. */
  readonly sizeOf: (path: string, names?: Pick<DatasetItem, 'otherNames' | 'isStem'>) => Promise<Size | null>;
  readonly issue: (issue: Issue) => void;
  /** Where VOC boxes count from; null: told from the boxes. */
  readonly vocOrigin: 0 | 1 | null;
}

export interface Format extends FormatTraits {
  readonly id: FormatId;
  /** Where a picture goes in the archive. */
  readonly picturePath: (fileName: string, split: Split | null) => string;
  /** How likely the archive is of this format, 0..1. Looks at names and first bytes only. */
  sniff(archive: ArchiveReader): Promise<number>;
  read(archive: ArchiveReader, context: ReadContext): Promise<Dataset>;
  write(dataset: Dataset, options: WriteOptions): AsyncIterable<OutputText>;
}
