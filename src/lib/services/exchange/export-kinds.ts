import { hasGaps } from '$lib/domain/project';
import { FORMAT_TRAITS, type FormatCapabilities, type FormatId } from '$lib/formats/traits';

/** The export formats of the dialog, in its order. */
export const EXPORT_KINDS = [
  'json',
  'json-min',
  'csv',
  'tsv',
  'coco',
  'coco-with-images',
  'voc',
  'yolo',
  'yolo-with-images',
  'yolo-obb',
  'yolo-obb-with-images',
  'flat-csv',
] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

export interface ExportTraits {
  readonly capabilities: FormatCapabilities;
  readonly firstNumber: 0 | 1;
  readonly withImages: boolean;
  /** Extension of the file. */
  readonly ending: string;
  /** Whether train, valid and test get folders of their own. */
  readonly hasFolders: boolean;
}

export const formatIdOf = (kind: ExportKind): FormatId => kind.replace('-with-images', '') as FormatId;

export function exportTraits(kind: ExportKind): ExportTraits {
  const { capabilities, firstNumber, singleFile } = FORMAT_TRAITS[formatIdOf(kind)];
  return {
    capabilities,
    firstNumber,
    withImages: kind.endsWith('-with-images') || kind === 'voc',
    ending: singleFile ?? 'zip',
    hasFolders: singleFile === null,
  };
}

/** Whether trainers would refuse these class numbers: YOLO's start at 0 and must have no gaps. */
export const hasClassGaps = (kind: ExportKind, numbers: Iterable<number>): boolean =>
  formatIdOf(kind).startsWith('yolo') && hasGaps(numbers);
