import { AppError } from '$lib/domain/errors';
import { chosenPaths } from './chosen-paths';
import { withLabelFiles } from './dataset-copies';
import { SkippedList, type Job } from '../job';
import { storageFull } from '../storage-full';

/**
 * Copies chosen pictures into the browser's own storage, if it has room for all of them, and the label files beside
 * them if it has room for those too; files that exist there already are not copied again.
 */
export const copyFiles: Job<'copy-files'> = async (
  { sourceId, files, filter },
  { ports, signal, report },
) => {
  const skipped = new SkippedList();
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  const open = (path: string) => Promise.resolve(byPath.get(path)!);
  const picturePaths = await chosenPaths([...byPath.keys()], filter, { ...ports, open });
  const pictures = picturePaths.map((path) => ({ path, file: byPath.get(path)! }));
  const { toCopy } = await withLabelFiles(ports, pictures, { files, picturePaths });
  let copied = 0;
  for (const [index, { path, file }] of toCopy.entries()) {
    signal.throwIfAborted();
    try {
      await ports.folders.copyIn(sourceId, path, file);
      copied += 1;
    } catch (error) {
      // A full disk fails every further file; an unreadable file fails only itself.
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'storage-full') throw await storageFull(ports, {}, error);
      skipped.add(path, error.code);
    }
    report({ done: index + 1, total: toCopy.length });
  }
  return { counts: { copied }, ...skipped.report };
};
