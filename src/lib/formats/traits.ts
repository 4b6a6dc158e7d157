import type { RegionKind } from '$lib/domain/region';

/** How a format holds a kind of region: as it is, as the upright box around it, or not at all. */
export type KindCapability = 'exact' | 'as-box' | 'none';

/** The parts of a dataset that a format can hold; everything else is lost in an export, and reported before it. */
export interface FormatCapabilities {
  readonly kinds: Readonly<Record<RegionKind, KindCapability>>;
  /** `exact`: any number. `whole`: corners in whole pixels. */
  readonly numbers: 'exact' | 'whole';
  readonly rotation: boolean;
  readonly unlabelled: boolean;
  /** Boxes without area. */
  readonly zeroArea: boolean;
  /**
   * Regions around a group of objects (COCO's `iscrowd`); other formats would present them as single objects.
   */
  readonly crowds: boolean;
  readonly scores: boolean;
  readonly notes: boolean;
  readonly predictions: boolean;
  /**
   * How unsent work is written: beside the finished annotation; instead of it, marked as unfinished; as if it were
   * finished; or not at all.
   */
  readonly drafts: 'beside' | 'instead' | 'as-finished' | 'no';
  /** Boxes that cross the picture's edge; if false, they are clipped. */
  readonly outside: boolean;
  /** The annotators' names, and several annotations of one picture. */
  readonly annotators: boolean;
  readonly skipped: boolean;
  /** Unfinished pictures, as distinct from deliberately empty ones. */
  readonly unfinished: boolean;
  readonly splits: boolean;
  /** The picture's path in its folder, not only its name. */
  readonly paths: boolean;
  readonly sizes: boolean;
  readonly classNumbers: boolean;
  /** The format whose further members it writes back. See [Note: Kept beside] in domain/kept.ts. */
  readonly extras: 'labelStudio' | 'labelStudioTable' | 'coco' | null;
}

export type FormatId =
  'json' | 'json-min' | 'csv' | 'tsv' | 'coco' | 'voc' | 'yolo' | 'yolo-obb' | 'flat-csv';

/** The properties of a format that screens show; they need none of the code that reads and writes it. */
export interface FormatTraits {
  readonly capabilities: FormatCapabilities;
  /** The usual first class number of the format. */
  readonly firstNumber: 0 | 1;
  /** The extension of a single-file format; null if the format is an archive. */
  readonly singleFile: string | null;
  /** Whether pictures whose names differ only in their extension need different stems. */
  readonly uniqueStems: boolean;
}

/** Label Studio's own CSV and TSV. */
const TABLE: FormatCapabilities = {
  kinds: { box: 'exact' },
  numbers: 'exact',
  rotation: true,
  unlabelled: true,
  zeroArea: true,
  crowds: false,
  scores: false,
  notes: false,
  predictions: false,
  drafts: 'no',
  outside: true,
  annotators: true,
  skipped: false,
  unfinished: true,
  splits: true,
  paths: true,
  sizes: true,
  classNumbers: false,
  extras: 'labelStudioTable',
};
const YOLO: FormatCapabilities = {
  kinds: { box: 'exact' },
  numbers: 'exact',
  rotation: false,
  unlabelled: false,
  zeroArea: false,
  crowds: false,
  scores: false,
  notes: false,
  predictions: false,
  drafts: 'as-finished',
  outside: false,
  annotators: false,
  skipped: false,
  unfinished: true,
  splits: true,
  paths: false,
  sizes: false,
  classNumbers: true,
  extras: null,
};

export const FORMAT_TRAITS: Readonly<Record<FormatId, FormatTraits>> = {
  json: {
    firstNumber: 0,
    singleFile: 'json',
    uniqueStems: false,
    capabilities: {
      kinds: { box: 'exact' },
      numbers: 'exact',
      rotation: true,
      unlabelled: true,
      zeroArea: true,
      crowds: true,
      scores: true,
      notes: true,
      predictions: true,
      drafts: 'beside',
      outside: true,
      annotators: true,
      skipped: true,
      unfinished: true,
      splits: true,
      paths: true,
      sizes: true,
      classNumbers: false,
      extras: 'labelStudio',
    },
  },
  'json-min': { firstNumber: 0, singleFile: 'json', uniqueStems: false, capabilities: TABLE },
  csv: { firstNumber: 0, singleFile: 'csv', uniqueStems: false, capabilities: TABLE },
  tsv: { firstNumber: 0, singleFile: 'tsv', uniqueStems: false, capabilities: TABLE },
  coco: {
    firstNumber: 1,
    singleFile: null,
    uniqueStems: false,
    capabilities: {
      kinds: { box: 'exact' },
      numbers: 'exact',
      rotation: false,
      unlabelled: false,
      zeroArea: false,
      crowds: true,
      scores: false,
      notes: false,
      predictions: false,
      drafts: 'instead',
      outside: false,
      annotators: false,
      skipped: true,
      unfinished: true,
      splits: true,
      paths: true,
      sizes: true,
      classNumbers: true,
      extras: 'coco',
    },
  },
  voc: {
    firstNumber: 0,
    singleFile: null,
    uniqueStems: true,
    capabilities: {
      kinds: { box: 'exact' },
      numbers: 'whole',
      rotation: false,
      unlabelled: false,
      zeroArea: true,
      crowds: false,
      scores: false,
      notes: false,
      predictions: false,
      drafts: 'as-finished',
      outside: false,
      annotators: false,
      skipped: false,
      unfinished: false,
      splits: true,
      paths: false,
      sizes: true,
      classNumbers: false,
      extras: null,
    },
  },
  yolo: { firstNumber: 0, singleFile: null, uniqueStems: true, capabilities: YOLO },
  'yolo-obb': {
    firstNumber: 0,
    singleFile: null,
    uniqueStems: true,
    capabilities: { ...YOLO, rotation: true },
  },
  'flat-csv': {
    firstNumber: 0,
    singleFile: 'csv',
    uniqueStems: false,
    capabilities: {
      kinds: { box: 'exact' },
      numbers: 'exact',
      rotation: true,
      unlabelled: true,
      zeroArea: true,
      crowds: false,
      scores: true,
      notes: true,
      predictions: false,
      drafts: 'instead',
      outside: true,
      annotators: true,
      skipped: true,
      unfinished: true,
      splits: true,
      paths: true,
      sizes: true,
      classNumbers: false,
      extras: null,
    },
  },
};
