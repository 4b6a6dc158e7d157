import type { Annotation, DraftEntry } from '$lib/domain/annotation';
import type { RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import { changed, UNCHANGED, type BulkKind, type RowChange } from './bulk-kind';

/**
 * Every box that wears `from` wears `to` afterwards, whoever drew it, sent or not. The journal keeps its places,
 * so that a tab which has the task open cannot write over the new labels.
 */
export const mergeLabel: BulkKind<'merge-label'> = {
  reads: ['annotations', 'otherAnnotations', 'drafts', 'draftEntries'],
  changes({ task, rows }, { from, to }, { now }) {
    const wears = (region: Region) => region.labelId === from;
    const turn = (region: Region): Region => (wears(region) ? { ...region, labelId: to } : region);
    const turnAll = (regions: ReadonlyMap<RegionId, Region>) =>
      new Map([...regions].map(([id, region]) => [id, turn(region)]));
    const turned = (annotation: Annotation): Annotation => ({
      ...annotation,
      regions: annotation.regions.map(turn),
      revision: annotation.revision + 1,
      updatedAt: now,
    });

    const others = rows.otherAnnotations.filter(({ regions }) => regions.some(wears));
    const isOwn =
      rows.annotations.some(({ regions }) => regions.some(wears)) ||
      rows.drafts.some(({ regions }) => regions.some(wears)) ||
      rows.draftEntries.some(({ change }) =>
        [...change.before.values(), ...change.after.values()].some(wears),
      );
    if (!isOwn && others.length === 0) return UNCHANGED;

    const changes: RowChange[] = others.map((one) => changed('otherAnnotations', one, turned(one)));
    if (isOwn) {
      const next = rows.annotations.map(turned);
      changes.push(...next.map((one, at) => changed('annotations', rows.annotations[at]!, one)));
      for (const draft of rows.drafts) {
        const basedOn = next[0]?.revision ?? draft.basedOn;
        changes.push(changed('drafts', draft, { ...draft, regions: draft.regions.map(turn), basedOn }));
      }
      for (const entry of rows.draftEntries) {
        const change = { before: turnAll(entry.change.before), after: turnAll(entry.change.after) };
        changes.push(changed('draftEntries', entry, { ...entry, change } satisfies DraftEntry));
      }
    }
    // Boxes as the list counts them: of unsent work where there is any.
    return { rows: changes, counts: { boxes: task.labelCounts[task.labelIds.indexOf(from)] ?? 0 } };
  },
};
