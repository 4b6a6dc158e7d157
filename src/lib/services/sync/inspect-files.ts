import { AppError } from '$lib/domain/errors';
import { asId, type SourceId } from '$lib/domain/ids';
import { EMPTY_SUMMARY, NEW_TASK, type Task } from '$lib/domain/task';
import { expectProject } from '../expect-exists';
import type { ImageFolder } from '../ports/folders';
import { NOTHING_SKIPPED, type JobContext, type Job } from '../job';
import { probeFile, type ProbedFile } from '../probe-file';
import { inParallel } from '../in-parallel';

/** Small, so that a stroke never waits long for the disk while files are inspected. */
const BATCH = 200;
const LOOKS_AT_ONCE = 4;

/**
 * Reads the facts of files that a sync only knew by name: size, pages, problems, and the content hash, by which a later
 * sync finds them again. It runs after the list appears, while people already work on it; if it is run again it
 * continues where it was stopped.
 */
export const inspectFiles: Job<'inspect-files'> = async ({ projectId }, context) => {
  const { ports, signal, report } = context;
  const folders = new Map<SourceId, Promise<ImageFolder>>();
  const total = await ports.database.tasks.lastNumber(projectId);
  let [inspected, refused] = [0, 0];
  for (let number = 0; ;) {
    signal.throwIfAborted();
    const page = await ports.database.tasks.page(projectId, number, BATCH);
    if (page.length === 0) break;
    const unseen = page.filter(({ file, isMissing }) => file === null && !isMissing);
    const probed = await inParallel(unseen, LOOKS_AT_ONCE, async (task) => {
      signal.throwIfAborted();
      const folder = await folderOf(task.sourceId, folders, context);
      return folder && probeFile(ports.pictureFiles, folder, task.path);
    });
    for (const found of probed) {
      if (!found) continue;
      inspected += 1;
      if (found.problem) refused += 1;
    }
    if (unseen.length > 0) await remember(unseen, probed, context);
    number = page.at(-1)!.number;
    report({ done: Math.min(number, total), total });
  }
  const counts = refused > 0 ? { inspected, refused } : { inspected };
  return { counts, ...NOTHING_SKIPPED };
};

async function remember(
  tasks: readonly Task[],
  probed: readonly (ProbedFile | null)[],
  { ports: { database, makeId } }: JobContext,
): Promise<void> {
  await database.write(async () => {
    await expectProject(database, tasks[0]!.projectId);
    await database.tasks.updateEach(
      tasks.flatMap(({ id, page }, at) => {
        const found = probed[at];
        if (!found) return [];
        const size = found.pages[page - 1] ?? null;
        const isTurned = found.isTurned[page - 1] ?? false;
        const known = { ...(size ? { size } : {}), ...(found.problem ? { problem: found.problem } : {}) };
        return [{ id, changes: { file: found.file, ...(isTurned ? { isTurned } : {}), ...known } }];
      }),
    );
    for (const [at, task] of tasks.entries())
      if ((probed[at]?.pages.length ?? 1) > 1) await addPages(task, probed[at]!, database, makeId);
  });
}

/** Further pages of a file whose name does not suggest any are added at the end of the list. */
async function addPages(
  task: Task,
  { pages, isTurned, problem, file }: ProbedFile,
  database: JobContext['ports']['database'],
  makeId: () => string,
): Promise<void> {
  const there = new Set((await database.tasks.atPath(task.sourceId, task.path)).map(({ page }) => page));
  let number = await database.tasks.lastNumber(task.projectId);
  const missing = pages.flatMap((size, at) => (there.has(at + 1) ? [] : [{ size, page: at + 1 }]));
  if (missing.length === 0) return;
  await database.tasks.add(
    missing.map(({ size, page }) => ({
      ...EMPTY_SUMMARY,
      ...NEW_TASK,
      id: asId<'task'>(makeId()),
      projectId: task.projectId,
      sourceId: task.sourceId,
      number: (number += 1),
      path: task.path,
      page,
      size,
      problem,
      file,
      ...(isTurned[page - 1] ? { isTurned: true } : {}),
    })),
  );
}

/** Returns null if this folder cannot be read now; its files wait for the next sync. */
async function folderOf(
  id: SourceId,
  open: Map<SourceId, Promise<ImageFolder>>,
  { ports }: JobContext,
): Promise<ImageFolder | null> {
  const source = await ports.database.sources.get(id);
  if (!source) return null;
  const folder = open.get(id) ?? ports.folders.open(source);
  open.set(id, folder);
  try {
    return await folder;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
