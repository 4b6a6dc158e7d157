import { AppError } from '$lib/domain/errors';
import type { SourceStorage } from '$lib/domain/source';
import { needsReview, type SyncPlan } from '$lib/domain/sync';
import type { FolderToRead, ImageFolder } from '../ports/folders';
import { applyPlan } from './apply-plan';
import { compareFolder } from './compare-folder';
import { NOTHING_SKIPPED, type Job, type JobContext } from '../job';
import { recogniseFolder, recogniseZips, type FoundDataset } from '../recognize-dataset';
import { takeCopies } from './take-copies';

/**
 * Compares a folder with its tasks. New files become tasks at once; if anything else was found, nothing is applied: the
 * report contains the plan, and the job is run again with it when a person has confirmed. The same goes for everything
 * found in a newly chosen folder. Nothing is ever deleted, and annotations stay with their task.
 */
export const syncSource: Job<'sync-source'> = async ({ sourceId, plan, datasets, chosen }, context) => {
  const { database, folders } = context.ports;
  const source = await database.sources.get(sourceId);
  if (!source) throw new AppError('folder-missing');
  const folder = chosen ? folders.openChosen(chosen) : await folders.open(source);
  if (plan) {
    if (chosen) await join(source, chosen, plan, context);
    else await applyPlan(source, folder, plan, context);
    return {
      ...reportOf(plan),
      unseen: plan.added.length + plan.changed.length,
      ...(datasets && { datasets }),
    };
  }
  const compared = await compareFolder(source, folder, context);
  // New pictures may have been added with their labels; those of older pictures were offered before.
  const { added } = compared.plan;
  const found =
    added.length === 0 ? [] : await datasetsIn(folder, [...compared.dataFiles, ...added], context);
  const offered = found.length === 0 ? {} : { datasets: found.map((one) => ({ ...one, sourceId })) };
  if (chosen || needsReview(compared.plan))
    return { ...reportOf(compared.plan), plan: compared.plan, ...offered };
  await applyPlan(source, folder, compared.plan, context);
  return { ...reportOf(compared.plan), unseen: compared.unseen, ...offered };
};

/** The folder if it is a dataset, then its zips that are datasets. */
async function datasetsIn(
  folder: ImageFolder,
  paths: readonly string[],
  { ports }: JobContext,
): Promise<readonly Omit<FoundDataset, 'sourceId'>[]> {
  const open = await recogniseFolder(folder, paths);
  return [...(open === null ? [] : [open]), ...(await recogniseZips(folder, paths, ports.archives))];
}

/**
 * Writes the pictures first, then the storage, then its tasks: if it is interrupted, choosing the folder again does the
 * rest.
 */
async function join(
  source: SourceStorage,
  chosen: FolderToRead,
  plan: SyncPlan,
  context: JobContext,
): Promise<void> {
  const { database, folders } = context.ports;
  if (chosen.kind === 'copied') await takeCopies(source, chosen.files, plan, context);
  const joined = { ...source, kind: chosen.kind, folderName: chosen.name, isRemoved: false };
  await database.sources.put(joined);
  await applyPlan(joined, folders.openChosen(chosen), plan, context);
  if (source.kind === 'copied' && chosen.kind === 'directory') await folders.forgetCopies(source.id);
}

/** Zero counts are omitted, except the number of new files. */
function reportOf({ added, changed, moved, missing, restored, leftOut }: SyncPlan) {
  const counts = {
    added: added.length,
    changed: changed.length,
    moved: moved.length,
    missing: missing.length,
    restored: restored.length,
    leftOut,
  };
  const shown = Object.entries(counts).filter(([name, count]) => name === 'added' || count > 0);
  return { counts: Object.fromEntries(shown), ...NOTHING_SKIPPED };
}
