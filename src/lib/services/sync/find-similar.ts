import { AppError } from '$lib/domain/errors';
import type { SourceStorage } from '$lib/domain/source';
import type { KnownTask } from '$lib/domain/sync';
import type { ImageFolder } from '../ports/folders';
import type { Ports } from '../ports/ports';
import { chosenPaths } from './chosen-paths';

/** Number of files that are probed, spread over the folder. It is small because a person waits for the result. */
const MAX_PROBED = 40;

/**
 * Finds the storage whose tasks show the pictures of a folder: at least half of the probed files match its tasks by
 * content hash, at whatever path. A task whose file was never probed matches by path.
 */
export async function findSimilar(
  sources: readonly SourceStorage[],
  folder: ImageFolder,
  filter: string,
  ports: Pick<Ports, 'database' | 'patterns' | 'pictureFiles'>,
): Promise<SourceStorage | null> {
  const paths: string[] = [];
  const open = (path: string) => folder.file(path);
  for await (const batch of folder.list(new AbortController().signal))
    paths.push(...(await chosenPaths(batch, filter, { ...ports, open })));
  const step = Math.max(1, paths.length / MAX_PROBED);
  const probed = new Map<string, File>();
  for (let at = 0; at < paths.length; at += step) {
    const path = paths[Math.floor(at)]!;
    const file = await folder.file(path).catch((error: unknown) => {
      if (error instanceof AppError) return null;
      throw error;
    });
    if (file) probed.set(path, file);
  }
  if (probed.size === 0) return null;

  const hashes = new Map<string, string>();
  const hashOf = async (path: string, file: File): Promise<string> => {
    const hash = hashes.get(path) ?? (await ports.pictureFiles.hash(file));
    hashes.set(path, hash);
    return hash;
  };
  for (const source of sources) {
    const { contents, sizes, unseen } = known(await ports.database.tasks.known(source.id));
    let count = 0;
    for (const [path, file] of probed) {
      const isKnown =
        unseen.has(path.normalize('NFC')) || (sizes.has(file.size) && contents.has(await hashOf(path, file)));
      if (isKnown) count += 1;
    }
    if (count * 2 >= probed.size) return source;
  }
  return null;
}

function known(tasks: readonly KnownTask[]) {
  const [contents, sizes, unseen] = [new Set<string>(), new Set<number>(), new Set<string>()];
  for (const { path, file } of tasks) {
    if (file === null) unseen.add(path.normalize('NFC'));
    else {
      contents.add(file.hash);
      sizes.add(file.bytes);
    }
  }
  return { contents, sizes, unseen };
}
