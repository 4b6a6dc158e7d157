import { AppError } from '$lib/domain/errors';
import type { SourceId } from '$lib/domain/ids';
import type { NamedFile } from '../ports/folders';
import { chosenPaths } from './chosen-paths';
import { SkippedList, type Job } from './job';
import { expectRoom, storageFull } from './storage-full';

export interface CopyFilesInput {
  readonly sourceId: SourceId;
  readonly files: readonly NamedFile[];
  readonly filter: string;
}

/**
 * Copies chosen files into the browser's own storage, if it has room for all of them; what is there already
 * is not copied again.
 */
export const copyFiles: Job<CopyFilesInput> = async (
  { sourceId, files, filter },
  { ports, signal, report },
) => {
  const skipped = new SkippedList();
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  const open = (path: string) => Promise.resolve(byPath.get(path)!);
  const paths = await chosenPaths([...byPath.keys()], filter, { ...ports, open });
  await expectRoom(
    ports,
    paths.reduce((sum, path) => sum + byPath.get(path)!.size, 0),
  );
  let copied = 0;
  for (const [index, path] of paths.entries()) {
    signal.throwIfAborted();
    try {
      await ports.folders.copyIn(sourceId, path, byPath.get(path)!);
      copied += 1;
    } catch (error) {
      // A full disk fails every further file; one bad file only itself.
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'storage-full') throw await storageFull(ports, {}, error);
      skipped.add(path, error.code);
    }
    report({ done: index + 1, total: paths.length });
  }
  return { counts: { copied }, skipped: skipped.kept, skippedCount: skipped.count };
};
