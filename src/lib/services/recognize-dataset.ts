import { AppError } from '$lib/domain/errors';
import type { SourceId } from '$lib/domain/ids';
import { isSystemPath, isPicturePath } from '$lib/domain/source';
import { recognise } from '$lib/formats/all';
import type { ArchiveReader } from '$lib/formats/format';
import type { FormatId } from '$lib/formats/traits';
import type { Archives } from './ports/archives';
import type { ImageFolder } from './ports/folders';

/**
 * Files that a dataset is read from. The class lists of darknet have another extension, and Label Studio's target
 * storages name a file by a number alone.
 */
export const isDatasetFile = (path: string): boolean =>
  /\.(json|xml|txt|csv|tsv|ya?ml|zip|names|labels|data)$|(^|\/)\d+$/i.test(path) && !isSystemPath(path);

const isZipPath = (path: string): boolean => /\.zip$/i.test(path);

/** Files of a dataset outside zips; a zip may contain all pictures again. */
export const isOpenDatasetFile = (path: string): boolean => isDatasetFile(path) && !isZipPath(path);

/** A dataset's kind and the number of files that hold labels. */
export interface DatasetKind {
  readonly kind: FormatId;
  readonly files: number;
}

/** A dataset in a storage's folder, beside its pictures. */
export interface FoundDataset extends DatasetKind {
  readonly sourceId: SourceId;
  /** Path of the zip that is the dataset; absent if the folder itself is. */
  readonly zip?: string;
}

/** Names of the files that hold labels, by format. */
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

/** Recognises a folder that is a dataset by the names of its files and the first bytes of a few; null if it is none. */
export async function recogniseFolder(
  folder: ImageFolder,
  paths: readonly string[],
): Promise<DatasetKind | null> {
  const data = paths.filter(isOpenDatasetFile);
  if (data.length === 0) return null;
  return kindOf({
    name: folder.name,
    paths: [...data, ...paths.filter(isPicturePath)],
    async *bytes(path) {
      yield new Uint8Array(await (await folder.file(path)).slice(0, FIRST_BYTES).arrayBuffer());
    },
  });
}

/** Recognises the zips in a folder that are datasets by their directories; an unreadable zip is skipped. */
export async function recogniseZips(
  folder: ImageFolder,
  paths: readonly string[],
  archives: Pick<Archives, 'open'>,
): Promise<readonly (DatasetKind & { readonly zip: string })[]> {
  const found = [];
  for (const zip of paths.filter(isZipPath).slice(0, MAX_ZIPS)) {
    try {
      const archive = await archives.open([{ path: zip, file: await folder.file(zip) }], zip);
      const kind = await kindOf({ ...archive, paths: archive.paths.filter((path) => !isSystemPath(path)) });
      if (kind !== null) found.push({ ...kind, zip });
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'permission-needed') throw error;
    }
  }
  return found;
}

async function kindOf(archive: ArchiveReader): Promise<DatasetKind | null> {
  const kind = await recognise(archive);
  if (kind === null) return null;
  const isClassList = (path: string) => /(^|\/)(classes|obj\.names)\.txt$/i.test(path);
  const files = archive.paths.filter((path) => ENDINGS[kind].test(path) && !isClassList(path)).length;
  return files === 0 ? null : { kind, files };
}

/** No more than this are opened: a folder with more is an archive of its own. */
const MAX_ZIPS = 10;

/** The largest number of bytes that any format reads to recognise a file. */
const FIRST_BYTES = 1 << 17;
