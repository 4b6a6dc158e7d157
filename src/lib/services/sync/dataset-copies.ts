import { folderOfFiles } from '../ports/file-list-folder';
import type { NamedFile } from '../ports/folders';
import { isOpenDatasetFile, recogniseFolder } from '../recognize-dataset';

/**
 * The label files among chosen files, where those are a dataset: they are copied along with the pictures, so that
 * the sync finds them and an import can read them.
 */
export async function datasetFilesOf(
  files: readonly NamedFile[],
  pictures: readonly string[],
): Promise<readonly NamedFile[]> {
  const isPicture = new Set(pictures);
  const data = files.filter(({ path }) => !isPicture.has(path) && isOpenDatasetFile(path));
  const paths = [...data.map(({ path }) => path), ...pictures];
  return (await recogniseFolder(folderOfFiles('', data), paths)) === null ? [] : data;
}

export const bytesOf = (files: readonly NamedFile[]): number =>
  files.reduce((sum, { file }) => sum + file.size, 0);
