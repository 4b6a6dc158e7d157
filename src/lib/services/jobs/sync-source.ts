import { AppError } from '$lib/domain/errors';
import type { SourceId } from '$lib/domain/ids';
import { needsReview, type SyncPlan } from '$lib/domain/sync';
import { folderOfFiles } from '../folder-of-files';
import type { NamedFile } from '../ports/folders';
import { applyPlan } from './apply-plan';
import { compareFolder } from './compare-folder';
import type { Job } from './job';
import { takeCopies } from './take-copies';

export interface SyncSourceInput {
  readonly sourceId: SourceId;
  /** What a person has seen and agreed to; without one, compare first. */
  readonly plan?: SyncPlan;
  /** Of a copied folder that was chosen again: what is in it now. */
  readonly files?: readonly NamedFile[];
}

/**
 * Compares a folder with its tasks. New files become tasks at once; where anything else was found, nothing is
 * applied: the report carries the plan, and the job is run again with it when a person has agreed. Nothing is
 * ever deleted, and what was drawn stays with its task.
 */
export const syncSource: Job<SyncSourceInput> = async ({ sourceId, plan, files }, context) => {
  const { database, folders } = context.ports;
  const source = await database.sources.get(sourceId);
  if (!source) throw new AppError('folder-missing');
  const folder = await folders.open(source);
  const apply = async (agreed: SyncPlan): Promise<void> => {
    if (files) await takeCopies(source, files, agreed, context);
    await applyPlan(source, folder, agreed, context);
  };
  if (plan) {
    await apply(plan);
    return { ...reportOf(plan), unseen: plan.added.length + plan.changed.length };
  }
  const there = files ? folderOfFiles(source.folderName, files) : folder;
  const compared = await compareFolder(source, there, context);
  if (needsReview(compared.plan)) return { ...reportOf(compared.plan), plan: compared.plan };
  await apply(compared.plan);
  return { ...reportOf(compared.plan), unseen: compared.unseen };
};

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
  return { counts: Object.fromEntries(told), skipped: [], skippedCount: 0 };
}
