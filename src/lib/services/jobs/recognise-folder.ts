import type { SourceId } from '$lib/domain/ids';
import { isLeftBySystem, isPicturePath } from '$lib/domain/source';
import { recognise } from '$lib/formats/all';
import type { ArchiveReader } from '$lib/formats/format';
import type { FormatId } from '$lib/formats/traits';
import type { ImageFolder } from '../ports/folders';

/**
 * Files that a dataset is read from. darknet's lists of classes end otherwise, and Label Studio's target storages name
 * a file by a number alone.
 */
export const isDatasetFile = (path: string): boolean =>
  /\.(json|xml|txt|csv|tsv|ya?ml|zip|names|labels|data)$|(^|\/)\d+$/i.test(path) && !isLeftBySystem(path);

/** What lies in a folder beside its pictures. */
export interface FoundDataset {
  readonly sourceId: SourceId;
  readonly kind: FormatId;
  /** Files that hold labels. */
  readonly files: number;
}

/** Files of each kind that hold labels. */
const ENDINGS: Readonly<Record<FormatId, RegExp>> = {
  json: /\.json$|(^|\/)\d+$/i,
  'json-min': /\.json$/i,
  csv: /\.csv$/i,
  tsv: /\.tsv$/i,
  coco: /\.json$/i,
  voc: /\.xml$/i,
  yolo: /\.txt$/i,
  'yolo-obb': /\.txt$/i,
  'flat-csv': /\.(csv|tsv)$/i,
};

/** Whether a folder is a dataset, told by the names of its files and the first bytes of a few; null: it is none. */
export async function recogniseFolder(
  sourceId: SourceId,
  folder: ImageFolder,
  paths: readonly string[],
): Promise<FoundDataset | null> {
  const data = paths.filter((path) => isDatasetFile(path) && !/\.zip$/i.test(path));
  if (data.length === 0) return null;
  const archive: ArchiveReader = {
    name: folder.name,
    paths: [...data, ...paths.filter(isPicturePath)],
    async *bytes(path) {
      yield new Uint8Array(await (await folder.file(path)).slice(0, FIRST_BYTES).arrayBuffer());
    },
  };
  const kind = await recognise(archive);
  if (kind === null) return null;
  const isClassList = (path: string) => /(^|\/)(classes|obj\.names)\.txt$/i.test(path);
  const files = data.filter((path) => ENDINGS[kind].test(path) && !isClassList(path)).length;
  return files === 0 ? null : { sourceId, kind, files };
}

/** As much as any format looks at. */
const FIRST_BYTES = 1 << 17;
