import type { Dataset, DatasetItem, Issue, Split } from '$lib/domain/dataset';
import type { Size } from '$lib/domain/geometry';
import type { FormatId, FormatTraits } from './traits';

/**
 * Files that belong together: a zip, a folder, or loose files. Paths are relative, with `/`, and never lead
 * outside.
 */
export interface ArchiveReader {
  /** The name of the file or folder. */
  readonly name: string;
  readonly paths: readonly string[];
  /** Other readings of a path whose encoding is unknown. */
  spellings?(path: string): readonly string[];
  /** Throws an AppError that names the file if it cannot be read to its end. */
  bytes(path: string): AsyncIterable<Uint8Array>;
}

/** A text file in pieces, so that the output is never in memory as a whole. */
export interface OutputText {
  readonly path: string;
  readonly content: AsyncIterable<string>;
}

export interface WriteOptions {
  /** The splits that get folders of their own; empty if everything goes together. */
  readonly splits: readonly Split[];
  readonly withImages: boolean;
}

export interface ReadContext {
  /** The size of a picture whose size the file does not give; null if the picture is unknown. */
  readonly sizeOf: (path: string, names?: Pick<DatasetItem, 'otherNames' | 'isStem'>) => Promise<Size | null>;
  readonly issue: (issue: Issue) => void;
  /** The origin of VOC boxes; null if it is to be detected from the boxes. */
  readonly vocOrigin: 0 | 1 | null;
}

export interface Format extends FormatTraits {
  readonly id: FormatId;
  /** The path of a picture in the archive. */
  readonly picturePath: (fileName: string, split: Split | null) => string;
  /** How likely the archive is of this format, 0..1. Reads only names and first bytes. */
  sniff(archive: ArchiveReader): Promise<number>;
  read(archive: ArchiveReader, context: ReadContext): Promise<Dataset>;
  write(dataset: Dataset, options: WriteOptions): AsyncIterable<OutputText>;
}
