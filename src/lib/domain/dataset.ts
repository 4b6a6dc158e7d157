import type { Size } from './geometry';
import type { EpochMs, LabelId } from './ids';
import type { KeptText } from './kept';
import type { KeptCounts } from './kept-counts';
import type { Region } from './region';

/** The parts that a dataset is split into for training. */
export type Split = 'train' | 'valid' | 'test';
export const SPLITS: readonly Split[] = ['train', 'valid', 'test'];

/**
 * The neutral form between our tables and every exchange format. In a dataset that was read from files, the id of a
 * label is its name, because files know nothing else.
 */
export interface Dataset {
  readonly name: string;
  /** In the project's order. In a dataset that was read, the list is complete only after all items have been read. */
  readonly categories: readonly Category[];
  /**
   * Content of the files about the whole dataset. See [Note: Kept beside] in kept.ts. In a dataset that was read, it is
   * complete only after all items have been read.
   */
  readonly extra?: KeptText | undefined;
  /**
   * Only in a dataset read from Pascal VOC: the origin of its box coordinates, given by the user or detected from the
   * boxes.
   */
  readonly vocOrigin?: 0 | 1;
  /** The project's labelling configuration, unchanged, if it has one. */
  readonly labelingConfig?: string;
  /** Iterates over the pictures in the project's order. Each call starts from the first picture. */
  readonly items: () => AsyncIterable<DatasetItem>;
}

export interface Category {
  readonly labelId: LabelId;
  readonly name: string;
  readonly number: number;
  /**
   * Only in a dataset that was read: the number that identifies the class in its file; absent if the format identifies
   * classes by name or id.
   */
  readonly classNumber?: number;
  /** Content of a file about the class that has no field here. See [Note: Kept beside] in kept.ts. */
  readonly extra?: KeptText;
}

export interface DatasetItem {
  /** Name of the picture's file in an archive, below `images/`: unique and without folders. */
  readonly fileName: string;
  /** Path of the picture in its source's folder; in a dataset that was read, the path that the file gives. */
  readonly path: string;
  /** Only in a dataset that was read: other names that the file gives the picture, most reliable first. */
  readonly otherNames?: readonly string[];
  /** Only in a dataset that was read: `path` has no extension and matches the picture of that stem. */
  readonly isStem?: boolean;
  /** The task's number in its project, from 1. */
  readonly number: number;
  readonly split: Split | null;
  /** Size of the upright picture; null if unknown, and then it has no regions. */
  readonly size: Size | null;
  /** Submitted annotations, the one that counts first. Empty if nobody has submitted this picture. */
  readonly annotations: readonly DatasetAnnotation[];
  /** Regions of the draft. */
  readonly draft: readonly Region[] | null;
  readonly predictions: readonly DatasetPrediction[];
  /** Content of a file about the picture itself. See [Note: Kept beside] in kept.ts. */
  readonly extra?: KeptText;
  /** The picture's path when `extra` was imported. */
  readonly extraPath?: string;
  /** Content of a file about the draft. */
  readonly draftExtra?: KeptText;
  /** Only in a dataset that was read: counts of the content that is preserved without being shown. */
  readonly kept?: KeptCounts;
}

/**
 * The submitted work of one person. An annotation without regions that is not skipped says that the picture is empty on
 * purpose.
 */
export interface DatasetAnnotation {
  /** Name of the person; empty if they gave none. */
  readonly annotator: string;
  readonly isSkipped: boolean;
  readonly regions: readonly Region[];
  /**
   * Only in a dataset that was read: number of entries about the picture that no region could be made of. If there are
   * such entries and no regions, nobody said that the picture is empty. See [Note: Only a source that looked].
   */
  readonly unsupportedCount?: number;
  /** Null if the file does not say. */
  readonly createdAt: EpochMs | null;
  readonly updatedAt: EpochMs | null;
  readonly extra?: KeptText;
  /** Whether somebody has edited it since `extra` was imported. */
  readonly isChanged?: boolean;
}

export interface DatasetPrediction {
  readonly modelVersion: string;
  readonly regions: readonly Region[];
  readonly createdAt: EpochMs | null;
  readonly extra?: KeptText;
}

/** State of a picture in formats that have one layer of regions. */
export type ItemState = 'submitted' | 'skipped' | 'unfinished';

export const stateOf = ({ annotations: [first], draft }: DatasetItem): ItemState =>
  draft !== null || first === undefined ? 'unfinished' : first.isSkipped ? 'skipped' : 'submitted';

/** The regions to write in formats with one layer: the draft if there is one, otherwise the submitted regions. */
export const regionsOf = ({ annotations: [first], draft }: DatasetItem): readonly Region[] =>
  draft ?? first?.regions ?? [];

/** Content of a file that cannot be imported unchanged, or content of a dataset that a format cannot hold. */
export type IssueCode =
  | 'region-outside'
  | 'region-unlabelled'
  | 'region-empty'
  | 'region-clipped'
  | 'region-rotated'
  | 'region-not-a-box'
  | 'region-kind'
  | 'region-crowd'
  | 'region-mask'
  | 'extra-too-long'
  | 'region-keypoints'
  | 'keypoints-left-out'
  | 'track-left-out'
  | 'columns-ambiguous'
  | 'no-labels-in-file'
  | 'region-repeated'
  | 'corners-swapped'
  | 'turn-left-out'
  | 'pixels-for-parts'
  | 'captions-only'
  | 'nothing-taken'
  | 'number-invalid'
  | 'category-unnamed'
  | 'category-repeated'
  | 'class-number-taken'
  | 'class-number-differs'
  | 'id-repeated'
  | 'image-unknown'
  | 'image-ambiguous'
  | 'several-annotators'
  | 'size-unknown'
  | 'size-differs'
  | 'size-turned'
  | 'picture-inside'
  | 'picture-unmatched'
  | 'picture-ambiguous'
  | 'picture-missing'
  | 'picture-replaced'
  | 'already-annotated'
  | 'has-draft'
  | 'unsent-changes'
  | 'never-submitted'
  | 'draft-not-written'
  | 'kept-not-written'
  | 'unsent-open'
  | 'unsent-older'
  | 'unsent-empty'
  | 'label-left-out'
  | 'path-unsafe'
  | 'tag-unknown'
  | 'entry-unreadable'
  /** A row of a backup that does not match the shape of its table. */
  | 'row-invalid';

/** One thing that was skipped or changed, with its file and its place in the file if there is one. */
export interface Issue {
  readonly code: IssueCode;
  readonly path: string;
  readonly place?: string;
}
