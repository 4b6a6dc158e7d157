import type { SyncReview } from '$lib/services/sync/sync-reviews';
import type { Messages } from '$lib/ui/i18n/en';

/** Names of a kind that are shown; the rest is counted. */
export const SHOWN = 50;

export interface PlanSection {
  readonly title: string;
  readonly help: string;
  readonly names: readonly string[];
}

/** What a plan would do, kind by kind, the gravest first; what it does not do is left out. */
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

/** More than half of what was there is gone: more often a drive that is not connected than work of a person. */
export const tellsOfLoss = ({ source, plan }: SyncReview): boolean =>
  plan.missing.length > Math.max(2, (source.lastSync?.tasks ?? 0) / 2);
