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
  const found: string[] = [];
  for await (const paths of folder.list(signal)) {
    found.push(...(await chosenPaths(paths, source.filter, patterns)));
    report({ done: 0, total: null });
  }
  // Folders give their names in no order; people expect picture 2 before picture 10.
  found.sort(new Intl.Collator(undefined, { numeric: true }).compare);

  const fresh: string[] = [];
  for (const path of found) {
    unseen.delete(path);
    const task = known.get(path);
    if (task === undefined) fresh.push(path);
    else if (task.isMissing) restored.push(task.id);
  }
  let added = 0;
  while (added < fresh.length) {
    signal.throwIfAborted();
    const batch = fresh.slice(added, added + (added === 0 ? FIRST_BATCH : BATCH));
    await database.tasks.add(batch.map((path) => newTask(ports, source, path, (number += 1))));
    added += batch.length;
    report({ done: found.length - fresh.length + added, total: found.length });
  }
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
  report({ done: found.length, total: found.length });
  return {
    counts: { added, missing: missing.length, restored: restored.length },
    skipped: [],
    skippedCount: 0,
  };
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
