import type { SourceStorage } from '$lib/domain/source';
import type { SyncPlan } from '$lib/domain/sync';
import type { NamedFile } from '../ports/folders';
import { chosenPaths } from './chosen-paths';
import { withLabelFiles } from './dataset-copies';
import type { JobContext } from '../job';
import { isDatasetFile } from '../recognize-dataset';

/**
 * Updates the browser's copies of a folder to what a person has chosen and confirmed: files that are missing, changed
 * or elsewhere are copied, then files that no longer exist are removed. If it is interrupted, choosing the folder again
 * does the rest.
 */
export async function takeCopies(
  source: SourceStorage,
  files: readonly NamedFile[],
  plan: SyncPlan,
  context: JobContext,
): Promise<void> {
  const { ports, signal, report } = context;
  const { folders } = ports;
  const { id } = source;
  const chosen = new Map(files.map(({ path, file }) => [path, file]));
  const elsewhere = [...plan.moved, ...plan.respelt];
  // Different content may have the same size.
  const replaced = new Set([
    ...plan.changed.map(({ path }) => path),
    ...elsewhere.map(({ to }) => to),
    ...plan.restored.map(({ path }) => path),
    ...plan.added,
  ]);
  const here = await copiesOf(source, context);
  const open = (path: string) => Promise.resolve(chosen.get(path)!);
  const picturePaths = await chosenPaths([...chosen.keys()], source.filter, { ...ports, open });
  const pictures = picturePaths
    .filter((path) => replaced.has(path) || here.get(path) !== chosen.get(path)!.size)
    .map((path) => ({ path, file: chosen.get(path)! }));
  // Label files are always copied again: a file in which a digit has changed often has the same size.
  const { toCopy, labels } = await withLabelFiles(ports, pictures, { files, picturePaths });
  for (const [at, { path, file }] of toCopy.entries()) {
    signal.throwIfAborted();
    await folders.removeCopy(id, path);
    await folders.copyIn(id, path, file);
    report({ done: at + 1, total: toCopy.length });
  }
  const stays = new Set([...picturePaths, ...labels.map(({ path }) => path)]);
  const left = [...elsewhere.map(({ from }) => from), ...plan.missing.map(({ path }) => path)];
  for (const path of left) if (!chosen.has(path)) await folders.removeCopy(id, path);
  for (const path of here.keys())
    if (isDatasetFile(path) && !stays.has(path)) await folders.removeCopy(id, path);
}

/** The browser's copies, by path, with their sizes. */
async function copiesOf(
  source: SourceStorage,
  { ports, signal }: JobContext,
): Promise<ReadonlyMap<string, number | null>> {
  const here = new Map<string, number | null>();
  const folder = await ports.folders.open({ ...source, kind: 'copied' });
  for await (const files of folder.walk(signal, () => true))
    for (const { path, bytes } of files) here.set(path, bytes);
  return here;
}
