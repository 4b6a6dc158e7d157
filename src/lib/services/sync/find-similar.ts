import { AppError } from '$lib/domain/errors';
import type { SourceStorage } from '$lib/domain/source';
import type { KnownTask } from '$lib/domain/sync';
import type { ImageFolder } from '../ports/folders';
import type { Ports } from '../ports/ports';
import { chosenPaths } from './chosen-paths';

/** Files of a folder that are looked into, spread over it: a person waits for the answer. */
const LOOKED_INTO = 40;

/**
 * The storage whose tasks are of the pictures in a folder: at least half of the files that were looked into are
 * known to it by content, wherever they lie. A task whose file nobody has looked into yet is known by its path.
 */
export async function findAlike(
  sources: readonly SourceStorage[],
  folder: ImageFolder,
  filter: string,
  ports: Pick<Ports, 'database' | 'patterns' | 'pictureFiles'>,
): Promise<SourceStorage | null> {
  const paths: string[] = [];
  const open = (path: string) => folder.file(path);
  for await (const batch of folder.list(new AbortController().signal))
    paths.push(...(await chosenPaths(batch, filter, { ...ports, open })));
  const step = Math.max(1, paths.length / LOOKED_INTO);
  const looked = new Map<string, File>();
  for (let at = 0; at < paths.length; at += step) {
    const path = paths[Math.floor(at)]!;
    const file = await folder.file(path).catch((error: unknown) => {
      if (error instanceof AppError) return null;
      throw error;
    });
    if (file) looked.set(path, file);
  }
  if (looked.size === 0) return null;

  const hashes = new Map<string, string>();
  const hashOf = async (path: string, file: File): Promise<string> => {
    const hash = hashes.get(path) ?? (await ports.pictureFiles.hash(file));
    hashes.set(path, hash);
    return hash;
  };
  for (const source of sources) {
    const { contents, sizes, unseen } = known(await ports.database.tasks.known(source.id));
    let count = 0;
    for (const [path, file] of looked) {
      const isKnown =
        unseen.has(path.normalize('NFC')) || (sizes.has(file.size) && contents.has(await hashOf(path, file)));
      if (isKnown) count += 1;
    }
    if (count * 2 >= looked.size) return source;
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
