import { isLitter, isPicturePath } from '$lib/domain/source';
import { fileNameOf } from '$lib/domain/task';
import type { Patterns } from '../ports/patterns';

/** The paths of a folder that become tasks: what the filter takes, or every supported picture where it is empty. */
export async function chosenPaths(
  paths: readonly string[],
  filter: string,
  patterns: Patterns,
): Promise<readonly string[]> {
  const clean = paths.filter((path) => !isLitter(fileNameOf(path)));
  return filter === '' ? clean.filter(isPicturePath) : patterns.matching(filter, clean);
}
