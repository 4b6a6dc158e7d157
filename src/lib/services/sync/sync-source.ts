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
 * Compares a folder with its tasks. New files become tasks at once; where anything else was found, nothing is
 * applied: the report carries the plan, and the job is run again with it when a person has agreed; so it is with
 * everything that is found in a folder that was chosen. Nothing is ever deleted, and what was drawn stays with
 * its task.
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
  // New pictures may have come with their labels; those of older ones were offered before.
  const { added } = compared.plan;
  const found =
    added.length === 0 ? [] : await datasetsIn(folder, [...compared.dataFiles, ...added], context);
  const offered = found.length === 0 ? {} : { datasets: found.map((one) => ({ ...one, sourceId })) };
  if (chosen || needsReview(compared.plan))
    return { ...reportOf(compared.plan), plan: compared.plan, ...offered };
  await applyPlan(source, folder, compared.plan, context);
  return { ...reportOf(compared.plan), unseen: compared.unseen, ...offered };
};

/** The folder as a dataset, if it is one, then those of its zips that are. */
async function datasetsIn(
  folder: ImageFolder,
  paths: readonly string[],
  { ports }: JobContext,
): Promise<readonly Omit<FoundDataset, 'sourceId'>[]> {
  const open = await recogniseFolder(folder, paths);
  return [...(open === null ? [] : [open]), ...(await recogniseZips(folder, paths, ports.archives))];
}

/**
 * The pictures first, then the storage, then its tasks: wherever it is stopped, choosing the folder again does
 * the rest.
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

/** What is none is not told, but for the new ones. */
function reportOf({ added, changed, moved, missing, restored, leftOut }: SyncPlan) {
  const counts = {
    added: added.length,
    changed: changed.length,
    moved: moved.length,
    missing: missing.length,
    restored: restored.length,
    leftOut,
  };
  const told = Object.entries(counts).filter(([name, count]) => name === 'added' || count > 0);
  return { counts: Object.fromEntries(told), ...NOTHING_SKIPPED };
}
