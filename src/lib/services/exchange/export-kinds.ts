import { hasGaps } from '$lib/domain/project';
import { FORMAT_TRAITS, type FormatCapabilities, type FormatId } from '$lib/formats/traits';

/** What the dialog offers, in its order. */
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
  /** The ending of the file. */
  readonly ending: string;
  /** Whether parts get folders of their own. */
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

/** Whether trainers would refuse these class numbers: YOLO's count from 0, and none may be missing. */
export const hasClassGaps = (kind: ExportKind, numbers: Iterable<number>): boolean =>
  formatIdOf(kind).startsWith('yolo') && hasGaps(numbers);
