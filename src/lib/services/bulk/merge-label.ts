import type { Annotation, DraftEntry } from '$lib/domain/annotation';
import { byId, type RegionChange } from '$lib/domain/change';
import type { RegionId } from '$lib/domain/ids';
import { resolveCounts } from '$lib/domain/label-resolution';
import type { Region } from '$lib/domain/region';
import { changed, UNCHANGED, type BulkKind, type RowChange } from './bulk-kind';

/**
 * Every box that wears `from` wears `to` afterwards, whoever drew it, sent or not. The journal moves up by a place,
 * so that the place where a tab that has the task open writes next is taken: it cannot bring the old label back.
 */
export const mergeLabel: BulkKind<'merge-label'> = {
  reads: ['annotations', 'otherAnnotations', 'drafts', 'draftEntries'],
  changes({ task, rows }, { from, to }, { now, resolve }) {
    const wears = (region: Region) => resolve(region.labelId) === from;
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
        const regions = draft.regions.map(turn);
        if (rows.draftEntries.length > 0)
          changes.push(changed('drafts', draft, { ...draft, regions, basedOn }));
        else {
          // Unsent work without a journal becomes the first change of one.
          const change = { before: new Map(), after: byId(regions) };
          const first: DraftEntry = { taskId: draft.taskId, sequence: 1, change, step: 'do' };
          changes.push(changed('drafts', draft, { ...draft, regions: [], basedOn }));
          changes.push(changed('draftEntries', null, first));
        }
      }
      changes.push(
        ...movedUp(rows.draftEntries, ({ before, after }) => ({
          before: turnAll(before),
          after: turnAll(after),
        })),
      );
    }
    // Boxes as the list counts them: of unsent work where there is any.
    const { labelIds, labelCounts } = resolveCounts(task, resolve);
    return { rows: changes, counts: { boxes: labelCounts[labelIds.indexOf(from)] ?? 0 } };
  },
};

/** A journal with other changes, each a place higher than it was. */
function movedUp(
  entries: readonly DraftEntry[],
  turn: (change: RegionChange) => RegionChange,
): readonly RowChange[] {
  const before = new Map(entries.map((entry) => [entry.sequence, entry]));
  const after = new Map(
    entries.map((entry) => [
      entry.sequence + 1,
      { ...entry, sequence: entry.sequence + 1, change: turn(entry.change) },
    ]),
  );
  return [...new Set([...before.keys(), ...after.keys()])].map((place) =>
    changed('draftEntries', before.get(place) ?? null, after.get(place) ?? null),
  );
}
