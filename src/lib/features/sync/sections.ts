import type { SyncReview } from '$lib/services/sync/sync-reviews';
import type { Messages } from '$lib/ui/i18n/en';

/** Number of names listed per section; the rest is only counted. */
export const SHOWN = 50;

export interface PlanSection {
  readonly title: string;
  readonly help: string;
  readonly names: readonly string[];
}

/** The sections of a sync plan, the most serious first; empty ones are left out. */
export function sectionsOf(
  { plan, folderName }: Pick<SyncReview, 'plan' | 'folderName'>,
  { sync: t, folders }: Pick<Messages, 'sync' | 'folders'>,
): readonly PlanSection[] {
  const paths = (files: readonly { readonly path: string }[]) => files.map(({ path }) => path);
  const sections: readonly PlanSection[] = [
    {
      title: (folderName !== null ? folders.notFound : t.missing)(plan.missing.length),
      help: t.missingHelp,
      names: paths(plan.missing),
    },
    { title: t.changed(plan.changed.length), help: t.changedHelp, names: paths(plan.changed) },
    {
      title: (folderName !== null ? folders.elsewhere : t.moved)(plan.moved.length),
      help: t.movedHelp,
      names: plan.moved.map(({ from, to }) => t.arrow(from, to)),
    },
    { title: t.restored(plan.restored.length), help: '', names: paths(plan.restored) },
    { title: t.added(plan.added.length), help: '', names: plan.added },
  ];
  return sections.filter(({ names }) => names.length > 0);
}

/** True if more than half of the files are missing, which suggests a disconnected drive rather than deleted files. */
export const suggestsDisconnected = ({ source, plan }: SyncReview): boolean =>
  plan.missing.length > Math.max(2, (source.lastSync?.tasks ?? 0) / 2);
