import { asId, type TaskId } from '$lib/domain/ids';
import { mayHavePages, type SourceStorage } from '$lib/domain/source';
import type { FileOf, SyncPlan } from '$lib/domain/sync';
import { EMPTY_SUMMARY, NEW_TASK, type Task } from '$lib/domain/task';
import { hasWork } from '$lib/domain/replaced';
import type { TaskFileChanges } from '../ports/database';
import { expectSource } from '../expect-exists';
import type { ImageFolder } from '../ports/folders';
import type { JobContext } from '../job';
import { probeFile, type ProbedFile } from '../probe-file';
import { inParallel } from '../in-parallel';

const BATCH = 1000;
/** The first batch is small, so that the list appears while the rest is still read. */
const FIRST_BATCH = 100;
const LOOKS_AT_ONCE = 8;
const CHANGED_AT_ONCE = 200;

/** Writes a plan, batch by batch. If it is interrupted, the next comparison finds the rest. */
export async function applyPlan(
  source: SourceStorage,
  folder: ImageFolder,
  plan: SyncPlan,
  context: JobContext,
): Promise<void> {
  const { ports, signal, report } = context;
  const { database, clock } = ports;
  const total =
    plan.moved.length + plan.changed.length + plan.missing.length + plan.restored.length + plan.added.length;
  let done = 0;

  const inBatches = async <Item>(
    items: readonly Item[],
    write: (batch: readonly Item[]) => Promise<void>,
  ): Promise<void> => {
    for (let at = 0; at < items.length; at += BATCH) {
      signal.throwIfAborted();
      const batch = items.slice(at, at + BATCH);
      await database.write(() => write(batch));
      done = Math.min(total, done + batch.length);
      report({ done, total });
    }
  };

  await inBatches([...plan.moved, ...plan.respelt], async (batch) => {
    await database.tasks.updateEach(
      batch.flatMap(({ ids, to, file }) => {
        const changes = { path: to, isMissing: false, ...(file ? { file } : {}) };
        return ids.map((id) => ({ id, changes }));
      }),
    );
  });
  for (let at = 0; at < plan.changed.length; at += CHANGED_AT_ONCE) {
    signal.throwIfAborted();
    const batch = plan.changed.slice(at, at + CHANGED_AT_ONCE);
    const probed = await inParallel(batch, LOOKS_AT_ONCE, ({ path }) =>
      probeFile(ports.pictureFiles, folder, path),
    );
    await database.write(async () => {
      const tasks = await database.tasks.getMany(idsOf(batch));
      const probedOf = new Map(
        batch.flatMap(({ ids }, place) => ids.map((id) => [id, probed[place] ?? null])),
      );
      await database.tasks.updateEach(
        tasks.map((task) => ({ id: task.id, changes: afterChange(task, probedOf.get(task.id) ?? null) })),
      );
      await database.thumbnails.delete(idsOf(batch));
    });
    done += batch.length;
    report({ done, total });
  }
  await inBatches(plan.missing, (batch) => database.tasks.updateMany(idsOf(batch), { isMissing: true }));
  await inBatches(plan.restored, (batch) => database.tasks.updateMany(idsOf(batch), { isMissing: false }));
  await inBatches(plan.touched, async (batch) => {
    await database.tasks.updateEach(
      batch.flatMap(({ ids, file }) => ids.map((id) => ({ id, changes: { file } }))),
    );
  });

  let number = await database.tasks.lastNumber(source.projectId);
  const before = number;
  for (let at = 0; at < plan.added.length;) {
    signal.throwIfAborted();
    const batch = plan.added.slice(at, at + (at === 0 ? FIRST_BATCH : BATCH));
    const files = await inParallel(batch, LOOKS_AT_ONCE, (path) => newTasks(source, folder, path, context));
    await database.write(async () => {
      await expectSource(database, source);
      await database.tasks.add(files.flat().map((task) => ({ ...task, number: (number += 1) })));
    }, ['projects', 'sources', 'tasks']);
    at += batch.length;
    done += batch.length;
    report({ done, total });
  }

  signal.throwIfAborted();
  const lastSync = {
    at: clock.now(),
    tasks: await database.tasks.countOf(source.id),
    added: number - before,
    changed: plan.changed.length,
    moved: plan.moved.length,
    missing: plan.missing.length,
    restored: plan.restored.length,
    leftOut: plan.leftOut,
  };
  await database.write(async () => {
    // Reads the storage again, because its title or filter may have changed meanwhile, or it was removed.
    const present = await database.sources.get(source.id);
    if (present) await database.sources.put({ ...present, lastSync });
  }, ['sources']);
}

/** If the old picture has work, a person decides what happens to it; otherwise the new file becomes the task's. */
function afterChange(task: Task, probed: ProbedFile | null): TaskFileChanges {
  const known = {
    size: probed?.pages[task.page - 1] ?? null,
    problem: probed?.problem ?? null,
    isMissing: false,
    isTurned: probed?.isTurned[task.page - 1] ?? false,
  };
  return hasWork(task) && probed
    ? { ...known, replacedBy: probed.file }
    : { size: null, problem: null, isMissing: false, isTurned: false, file: null, replacedBy: null };
}

const idsOf = (files: readonly FileOf[]): readonly TaskId[] => files.flatMap(({ ids }) => ids);

/**
 * Creates one task per page. Only files that may have several pages are read here; the others once the list is shown.
 */
async function newTasks(
  source: SourceStorage,
  folder: ImageFolder,
  path: string,
  { ports }: JobContext,
): Promise<readonly Task[]> {
  const probed = mayHavePages(path) ? await probeFile(ports.pictureFiles, folder, path) : null;
  const pages = probed?.pages ?? [null];
  return pages.map((size, index) => ({
    ...EMPTY_SUMMARY,
    ...NEW_TASK,
    id: asId<'task'>(ports.makeId()),
    projectId: source.projectId,
    sourceId: source.id,
    number: 0,
    path,
    page: index + 1,
    size,
    problem: probed?.problem ?? null,
    file: probed?.file ?? null,
    ...(probed?.isTurned[index] ? { isTurned: true } : {}),
  }));
}
