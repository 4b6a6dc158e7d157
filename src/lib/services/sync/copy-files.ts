import { AppError } from '$lib/domain/errors';
import { chosenPaths } from './chosen-paths';
import { bytesOf, datasetFilesOf } from './dataset-copies';
import { SkippedList, type Job } from '../job';
import { expectRoom, storageFull } from '../storage-full';

/**
 * Copies chosen pictures into the browser's own storage, if it has room for all of them, and, where there is more,
 * the label files beside them; what is there already is not copied again.
 */
export const copyFiles: Job<'copy-files'> = async (
  { sourceId, files, filter },
  { ports, signal, report },
) => {
  const skipped = new SkippedList();
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  const open = (path: string) => Promise.resolve(byPath.get(path)!);
  const paths = await chosenPaths([...byPath.keys()], filter, { ...ports, open });
  const pictures = paths.map((path) => ({ path, file: byPath.get(path)! }));
  await expectRoom(ports, bytesOf(pictures));
  const labels = await datasetFilesOf(files, paths);
  const { free } = await ports.folders.space();
  const wanted = bytesOf(pictures) + bytesOf(labels) <= free ? [...pictures, ...labels] : pictures;
  let copied = 0;
  for (const [index, { path, file }] of wanted.entries()) {
    signal.throwIfAborted();
    try {
      await ports.folders.copyIn(sourceId, path, file);
      copied += 1;
    } catch (error) {
      // A full disk fails every further file; one bad file only itself.
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'storage-full') throw await storageFull(ports, {}, error);
      skipped.add(path, error.code);
    }
    report({ done: index + 1, total: wanted.length });
  }
  return { counts: { copied }, ...skipped.report };
};
