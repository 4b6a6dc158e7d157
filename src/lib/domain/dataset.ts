import type { Region } from './region';
import type { Size } from './geometry';
import type { LabelId } from './ids';

/** The neutral shape between our tables and any exchange format. */
export interface Dataset {
  readonly name: string;
  readonly categories: readonly Category[];
  /** The pictures, one at a time, in the project's order. Each call starts anew. */
  readonly items: () => AsyncIterable<DatasetItem>;
}

export interface Category {
  readonly labelId: LabelId;
  readonly name: string;
  readonly number: number;
}

export interface DatasetItem {
  /** The picture's name in the archive, below `images/`: unique, with no folder. */
  readonly fileName: string;
  readonly size: Size;
  readonly regions: readonly Region[];
}
