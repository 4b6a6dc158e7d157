import type { Size } from './geometry';
import type { EpochMs, LabelId } from './ids';
import type { KeptText } from './kept';
import type { KeptCounts } from './kept-counts';
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
  /** What its files say of the whole. See [Note: Kept beside] in kept.ts. Of one that was read: as `categories`. */
  readonly extra?: KeptText | undefined;
  /** Of one that was read from Pascal VOC: where its boxes count from, given or told from them. */
  readonly vocOrigin?: 0 | 1;
  /** The project's labelling configuration, to the letter, where it has one. */
  readonly labelingConfig?: string;
  /** The pictures, one at a time, in the project's order. Each call starts anew. */
  readonly items: () => AsyncIterable<DatasetItem>;
}

export interface Category {
  readonly labelId: LabelId;
  readonly name: string;
  readonly number: number;
  /** Of one that was read: the number that tells it from others in its file; absent where classes go by name or id. */
  readonly classNumber?: number;
  /** What a file says of it beside. See [Note: Kept beside] in kept.ts. */
  readonly extra?: KeptText;
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
  /** What a file says of the picture itself. See [Note: Kept beside] in kept.ts. */
  readonly extra?: KeptText;
  /** The path that the picture had when `extra` was kept. */
  readonly extraPath?: string;
  /** What a file says of the unsent work. */
  readonly draftExtra?: KeptText;
  /** Of one that was read: what is kept beside without being shown. */
  readonly kept?: KeptCounts;
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
  readonly extra?: KeptText;
  /** Somebody has worked on it since `extra` was kept. */
  readonly isChanged?: boolean;
}

export interface DatasetPrediction {
  readonly modelVersion: string;
  readonly regions: readonly Region[];
  readonly createdAt: EpochMs | null;
  readonly extra?: KeptText;
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
  /** A row of a backup that is not what its table holds. */
  | 'row-invalid';

/** One thing that was left out or changed, and where: a file, and a place in it where there is one. */
export interface Issue {
  readonly code: IssueCode;
  readonly path: string;
  readonly place?: string;
}
