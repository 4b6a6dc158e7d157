import { AppError } from '$lib/domain/errors';
import { endingOf, isSystemFile, isPicturePath } from '$lib/domain/source';
import { fileNameOf } from '$lib/domain/task';
import type { Patterns } from '../ports/patterns';
import type { PictureFiles } from '../ports/pictures';

export interface PathChooser {
  readonly patterns: Patterns;
  readonly pictureFiles: Pick<PictureFiles, 'isPicture'>;
  /** Opens a file whose name does not show its type. */
  readonly open: (path: string) => Promise<File>;
}

/**
 * The paths of a folder that become tasks: those that the filter matches, or every picture if it is empty. In that case
 * a file without an extension is recognised by its content.
 */
export async function chosenPaths(
  paths: readonly string[],
  filter: string,
  { patterns, pictureFiles, open }: PathChooser,
): Promise<readonly string[]> {
  const clean = paths.filter((path) => !isSystemFile(fileNameOf(path)));
  if (filter !== '') return patterns.matching(filter, clean);
  const chosen: string[] = [];
  for (const path of clean) if (isPicturePath(path) || (await isUnnamedPicture(path))) chosen.push(path);
  return chosen;

  async function isUnnamedPicture(path: string): Promise<boolean> {
    if (endingOf(path) !== '') return false;
    try {
      return await pictureFiles.isPicture(await open(path));
    } catch (error) {
      if (error instanceof AppError && error.code === 'permission-needed') throw error;
      return false;
    }
  }
}
