import type { Size } from './geometry';
import type { EpochMs, LabelId } from './ids';
import type { KeptText } from './kept';
import type { Region } from './region';

/** The parts of a dataset that training keeps apart. */
export type Split = 'train' | 'valid' | 'test';
export const SPLITS: readonly Split[] = ['train', 'valid', 'test'];

/**
 * The neutral shape between our tables and any exchange format. In one that was read from files, a label's
 * id is its name, since files know nothing else.
 */
export interface Dataset {
  readonly name: string;
  /** In the project's order. Of one that was read: complete once its items were. */
  readonly categories: readonly Category[];
  /** What its files say of the whole. See [Note: Kept beside] in kept.ts. */
  readonly extra?: KeptText;
  /** Of one that was read from Pascal VOC: where its boxes count from, given or told from them. */
  readonly vocOrigin?: 0 | 1;
  /** The pictures, one at a time, in the project's order. Each call starts anew. */
  readonly items: () => AsyncIterable<DatasetItem>;
}

export interface Category {
  readonly labelId: LabelId;
  readonly name: string;
  readonly number: number;
}

export interface DatasetItem {
  /** The picture's name in an archive, below `images/`: unique, with no folder. */
  readonly fileName: string;
  /** Where the picture lies in its source's folder; of one that was read: as the file names it. */
  readonly path: string;
  /** Of one that was read: what else the file calls it, in the order of trust. */
  readonly otherNames?: readonly string[];
  /** Of one that was read: `path` has no ending, and means the picture of that stem. */
  readonly isStem?: boolean;
  /** The task's number in its project, from 1. */
  readonly number: number;
  readonly split: Split | null;
  /** Of the upright picture; null while nobody knows it, and then nothing is drawn on it. */
  readonly size: Size | null;
  /** What was finished, the one that counts first; none: nobody finished this picture. */
  readonly annotations: readonly DatasetAnnotation[];
  /** Unsent work. */
  readonly draft: readonly Region[] | null;
  readonly predictions: readonly DatasetPrediction[];
}

/** What one person finished. No regions and not skipped: deliberately empty. */
export interface DatasetAnnotation {
  /** Empty while they gave no name. */
  readonly annotator: string;
  readonly isSkipped: boolean;
  readonly regions: readonly Region[];
  /**
   * Of one that was read: how many things the file says of the picture that no region could be made of. With them
   * and without regions, nobody said that the picture is empty. See [Note: Only a source that looked].
   */
  readonly untaken?: number;
  /** Null where a file does not say. */
  readonly createdAt: EpochMs | null;
  readonly updatedAt: EpochMs | null;
}

export interface DatasetPrediction {
  readonly modelVersion: string;
  readonly regions: readonly Region[];
  readonly createdAt: EpochMs | null;
}

/** What a picture stands as in formats that have one layer of regions. */
export type ItemState = 'submitted' | 'skipped' | 'unfinished';

export const stateOf = ({ annotations: [first], draft }: DatasetItem): ItemState =>
  draft !== null || first === undefined ? 'unfinished' : first.isSkipped ? 'skipped' : 'submitted';

/** The regions that formats with one layer carry: unsent work before what was finished. */
export const regionsOf = ({ annotations: [first], draft }: DatasetItem): readonly Region[] =>
  draft ?? first?.regions ?? [];

/** What a file says that cannot be taken as it is, or what a format cannot carry. */
export type IssueCode =
  | 'region-outside'
  | 'region-unlabelled'
  | 'region-empty'
  | 'region-clipped'
  | 'region-rotated'
  | 'region-not-a-box'
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
  | 'unsent-open'
  | 'unsent-older'
  | 'unsent-empty'
  | 'label-left-out'
  | 'path-unsafe'
  | 'tag-unknown'
  | 'entry-unreadable'
  /** A row of a backup that is not what its table holds. */
  | 'row-invalid';

/** One thing that was left out or changed, and where: a file, and a place in it where there is one. */
export interface Issue {
  readonly code: IssueCode;
  readonly path: string;
  readonly place?: string;
}
