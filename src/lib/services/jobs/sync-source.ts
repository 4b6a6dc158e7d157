import { AppError } from '$lib/domain/errors';
import { asId, type SourceId, type TaskId } from '$lib/domain/ids';
import type { SourceStorage } from '$lib/domain/source';
import { EMPTY_SUMMARY, type Task } from '$lib/domain/task';
import type { JobPorts } from '../ports/ports';
import { chosenPaths } from './chosen-paths';
import type { Job } from './job';

export interface SyncSourceInput {
  readonly sourceId: SourceId;
}

const BATCH = 1000;
/** The first rows are written early, so that a list is there while the rest is still read. */
const FIRST_BATCH = 100;

/**
 * Compares a folder with its tasks: new files become tasks, tasks without a file are marked missing, found
 * ones restored. Nothing is ever deleted. Only names are read, so that 5,000 files take no longer than
 * listing them; sizes are learnt when a picture is first decoded.
 */
export const syncSource: Job<SyncSourceInput> = async ({ sourceId }, { ports, signal, report }) => {
  const { database, folders, patterns, clock } = ports;
  const source = await database.sources.get(sourceId);
  if (!source) throw new AppError('folder-missing');
  const folder = await folders.open(source);
  const known = await database.tasks.knownPaths(sourceId);
  const unseen = new Map([...known].filter(([, task]) => !task.isMissing));
  const restored: TaskId[] = [];
  let number = await database.tasks.lastNumber(source.projectId);
  let waiting: string[] = [];
  let seen = 0;
  let added = 0;

  for await (const paths of folder.list(signal)) {
    signal.throwIfAborted();
    for (const path of await chosenPaths(paths, source.filter, patterns)) {
      seen += 1;
      unseen.delete(path);
      const task = known.get(path);
      if (task === undefined) waiting.push(path);
      else if (task.isMissing) restored.push(task.id);
    }
    while (waiting.length >= (added === 0 ? FIRST_BATCH : BATCH)) await addBatch();
    report({ done: seen, total: null });
  }
  while (waiting.length > 0) await addBatch();
  signal.throwIfAborted();

  const missing = [...unseen.values()].map((task) => task.id);
  const result = {
    at: clock.now(),
    tasks: known.size + added,
    added,
    missing: missing.length,
    restored: restored.length,
  };
  await database.write(async () => {
    await database.tasks.updateMany(missing, { isMissing: true });
    await database.tasks.updateMany(restored, { isMissing: false });
    await database.sources.put({ ...source, lastSync: result });
  });
  report({ done: seen, total: seen });
  return {
    counts: { added, missing: missing.length, restored: restored.length },
    skipped: [],
    skippedCount: 0,
  };

  async function addBatch(): Promise<void> {
    signal.throwIfAborted();
    const size = added === 0 ? FIRST_BATCH : BATCH;
    const batch = waiting.slice(0, size);
    waiting = waiting.slice(size);
    await database.tasks.add(batch.map((path) => newTask(ports, source!, path, (number += 1))));
    added += batch.length;
  }
};

const newTask = ({ makeId }: JobPorts, source: SourceStorage, path: string, number: number): Task => ({
  ...EMPTY_SUMMARY,
  id: asId<'task'>(makeId()),
  projectId: source.projectId,
  sourceId: source.id,
  number,
  path,
  size: null,
  problem: null,
  isMissing: false,
});
