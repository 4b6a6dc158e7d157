import { AppError } from '$lib/domain/errors';
import { epochMs } from '$lib/domain/ids';
import type { SourceStorage } from '$lib/domain/source';
import {
  couldHaveMoved,
  isDoubtful,
  pairByPath,
  planSync,
  type FoundFile,
  type KnownFile,
  type KnownTask,
  type Pairing,
  type SyncPlan,
} from '$lib/domain/sync';
import type { FileState } from '$lib/domain/task';
import type { ImageFolder } from '../ports/folders';
import { chosenPaths } from './chosen-paths';
import type { JobContext } from '../job';
import { isDatasetFile } from '../recognize-dataset';
import { inParallel } from '../in-parallel';

/** Number of contents read at once: more would only wait for the same disk. */
const READS_AT_ONCE = 4;
const ASKS_AT_ONCE = 16;

/**
 * [Note: Cost of a sync]
 * A walk gives names; a file's size and time need a call of their own. So they are not read for a file that no task
 * knows, which keeps a first sync close to the bare walk, and for a known file they are read while the walk goes on,
 * which keeps a second sync close to a bare walk that reads them. Content is read only if size or time differ, and of
 * new files only those with the size of a missing one.
 */
export async function compareFolder(
  source: SourceStorage,
  folder: ImageFolder,
  context: JobContext,
): Promise<{
  readonly plan: SyncPlan;
  readonly unseen: number;
  /** Files that may belong to a dataset. */
  readonly dataFiles: readonly string[];
}> {
  const { ports, signal, report } = context;
  const tasks = await ports.database.tasks.known(source.id);
  const known = byFile(tasks);
  const seenInto = new Set(known.flatMap(({ file, path }) => (file ? [path.normalize('NFC')] : [])));
  const asks = (path: string) => seenInto.size > 0 && seenInto.has(path.normalize('NFC'));
  const chooser = { ...ports, open: (path: string) => folder.file(path) };

  const found: FoundFile[] = [];
  const dataFiles: string[] = [];
  let [total, hidden] = [0, 0];
  for await (const files of folder.walk(signal, asks, () => (hidden += 1))) {
    total += files.length;
    const chosen = new Set(
      await chosenPaths(
        files.map(({ path }) => path),
        source.filter,
        chooser,
      ),
    );
    for (const file of files) {
      if (chosen.has(file.path)) found.push(file);
      else if (isDatasetFile(file.path)) dataFiles.push(file.path);
    }
    report({ done: total, total: null });
  }
  signal.throwIfAborted();
  // Folders list their names in no order; people expect picture 2 before picture 10.
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  found.sort((a, b) => compare(a.path, b.path));

  const pairing = pairByPath(known, found);
  const contents = await contentsInDoubt(pairing, folder, context);
  const plan = planSync(pairing, contents, total - found.length + hidden);
  const unseen = known.filter(({ file, isMissing }) => file === null && !isMissing).length;
  return { plan, unseen: unseen + plan.added.length + plan.changed.length, dataFiles };
}

/** Groups tasks by file: they move, change and go missing together. */
function byFile(tasks: readonly KnownTask[]): readonly KnownFile[] {
  const files = new Map<string, KnownFile & { ids: KnownTask['id'][] }>();
  for (const { id, path, isMissing, file, replacedBy } of tasks) {
    // A missing task may have a successor at its path.
    const key = isMissing ? `${path}\0${file?.hash ?? ''}` : path;
    const one = files.get(key);
    if (one) one.ids.push(id);
    else files.set(key, { ids: [id], path, isMissing, file, replacedBy: replacedBy ?? null });
  }
  return [...files.values()];
}

async function contentsInDoubt(
  pairing: Pairing,
  folder: ImageFolder,
  { ports, signal }: JobContext,
): Promise<ReadonlyMap<string, FileState>> {
  const contents = new Map<string, FileState>();
  const read = (paths: readonly string[]) =>
    inParallel(paths, READS_AT_ONCE, async (path) => {
      signal.throwIfAborted();
      const state = await unlessGone(async () => {
        const file = await folder.file(path);
        const hash = await ports.pictureFiles.hash(file);
        return { bytes: file.size, modifiedAt: epochMs(file.lastModified), hash };
      });
      if (state) contents.set(path, state);
    });

  const doubtful = pairing.pairs.filter(isDoubtful);
  await read(doubtful.map(({ found }) => found.path));
  const replaced = doubtful.filter(({ known, found }) => contents.get(found.path)?.hash !== known.file?.hash);
  const homeless = [...replaced.map(({ known }) => known), ...pairing.lost].filter(({ file }) => file);
  if (homeless.length === 0 || pairing.fresh.length === 0) return contents;
  const measured = await inParallel(pairing.fresh, ASKS_AT_ONCE, async (file) => {
    signal.throwIfAborted();
    const opened = await unlessGone(() => folder.file(file.path));
    return { ...file, bytes: opened?.size ?? null };
  });
  await read(couldHaveMoved(homeless, measured).map(({ path }) => path));
  return contents;
}

/** Returns null if a file was deleted or locked while a sync runs: then nothing is reported about it. */
async function unlessGone<Answer>(run: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof AppError && error.code !== 'permission-needed') return null;
    if (error instanceof Error && error.name === 'NotReadableError') return null;
    if (error instanceof Error && error.name === 'NotFoundError') return null;
    throw error;
  }
}
