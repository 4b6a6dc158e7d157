import { coco } from './coco';
import { flatCsv } from './flat-csv';
import type { ArchiveReader, Format } from './format';
import { labelStudioJson } from './label-studio';
import { labelStudioCsv, labelStudioMin, labelStudioTsv } from './label-studio-table';
import type { FormatId } from './traits';
import { voc } from './voc';
import { yolo, yoloObb } from './yolo';

/** All formats, in the order in which people see them. */
export const FORMATS: readonly Format[] = [
  labelStudioJson,
  labelStudioMin,
  labelStudioCsv,
  labelStudioTsv,
  coco,
  voc,
  yolo,
  yoloObb,
  flatCsv,
];

export const formatOf = (id: FormatId): Format => FORMATS.find((format) => format.id === id)!;

/** The most likely format of an archive; null if none fits. */
export async function recognise(archive: ArchiveReader): Promise<FormatId | null> {
  let best: { readonly id: FormatId; readonly score: number } | null = null;
  for (const format of FORMATS) {
    const score = await format.sniff(archive);
    if (score > (best?.score ?? 0.2)) best = { id: format.id, score };
  }
  return best?.id ?? null;
}
