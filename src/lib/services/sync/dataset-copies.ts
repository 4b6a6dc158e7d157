import type { JobPorts } from '../ports/ports';
import { expectRoom } from '../storage-full';
import { folderOfFiles } from '../ports/file-list-folder';
import type { NamedFile } from '../ports/folders';
import { isOpenDatasetFile, recogniseFolder } from '../recognize-dataset';

export interface FilesToCopy {
  readonly toCopy: readonly NamedFile[];
  /** Every label file among the chosen files, also where there is no room for them. */
  readonly labels: readonly NamedFile[];
}

/**
 * The files to copy into the browser's own storage: the given pictures, and after them all label files of the dataset
 * where there is room for those too. Throws where there is no room for the pictures.
 */
export async function withLabelFiles(
  ports: Pick<JobPorts, 'database' | 'folders'>,
  /** The pictures to copy now. */
  pictures: readonly NamedFile[],
  /** All chosen files, and the paths of the pictures among them. */
  chosen: { readonly files: readonly NamedFile[]; readonly picturePaths: readonly string[] },
): Promise<FilesToCopy> {
  await expectRoom(ports, bytesOf(pictures));
  const labels = await datasetFilesOf(chosen.files, chosen.picturePaths);
  const { free } = await ports.folders.space();
  const fitsAll = bytesOf(pictures) + bytesOf(labels) <= free;
  return { toCopy: fitsAll ? [...pictures, ...labels] : pictures, labels };
}

/**
 * The label files among chosen files, where those are a dataset: they are copied along with the pictures, so that
 * the sync finds them and an import can read them.
 */
async function datasetFilesOf(
  files: readonly NamedFile[],
  pictures: readonly string[],
): Promise<readonly NamedFile[]> {
  const isPicture = new Set(pictures);
  const data = files.filter(({ path }) => !isPicture.has(path) && isOpenDatasetFile(path));
  const paths = [...data.map(({ path }) => path), ...pictures];
  return (await recogniseFolder(folderOfFiles('', data), paths)) === null ? [] : data;
}

const bytesOf = (files: readonly NamedFile[]): number => files.reduce((sum, { file }) => sum + file.size, 0);
