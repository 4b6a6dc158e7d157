import { AppError } from '$lib/domain/errors';
import type { SourceId } from '$lib/domain/ids';
import { needsReview, type SyncPlan } from '$lib/domain/sync';
import { applyPlan } from './apply-plan';
import { compareFolder } from './compare-folder';
import type { Job } from './job';

export interface SyncSourceInput {
  readonly sourceId: SourceId;
  /** What a person has seen and agreed to; without one, compare first. */
  readonly plan?: SyncPlan;
}

/**
 * Compares a folder with its tasks. New files become tasks at once; where anything else was found, nothing is
 * applied: the report carries the plan, and the job is run again with it when a person has agreed. Nothing is
 * ever deleted, and what was drawn stays with its task.
 */
export const syncSource: Job<SyncSourceInput> = async ({ sourceId, plan }, context) => {
  const { database, folders } = context.ports;
  const source = await database.sources.get(sourceId);
  if (!source) throw new AppError('folder-missing');
  const folder = await folders.open(source);
  if (plan) {
    await applyPlan(source, folder, plan, context);
    return { ...reportOf(plan), unseen: plan.added.length + plan.changed.length };
  }
  const compared = await compareFolder(source, folder, context);
  if (needsReview(compared.plan)) return { ...reportOf(compared.plan), plan: compared.plan };
  await applyPlan(source, folder, compared.plan, context);
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
