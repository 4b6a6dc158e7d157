import type { Annotation, Draft, DraftEntry } from '$lib/domain/annotation';
import { byId, changeOfRegions, type AnnotationChange } from '$lib/domain/change';
import type { ProfileId, RegionId } from '$lib/domain/ids';
import { resolveCounts } from '$lib/domain/label-resolution';
import type { Region } from '$lib/domain/region';
import { changed, UNCHANGED, type BulkKind, type RowChange } from './bulk-kind';

/**
 * Changes every box with label `from` to label `to`, whoever drew it, submitted or not. The journal moves up by one
 * position, so that the next position of a tab that has the task open is taken: that tab cannot bring the old label
 * back.
 */
export const mergeLabel: BulkKind<'merge-label'> = {
  reads: ['annotations', 'drafts', 'draftEntries'],
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

    const changes = [
      ...new Set([...rows.annotations, ...rows.drafts].map(({ profileId }) => profileId)),
    ].flatMap((profileId) => {
      const isOwn = (row: { readonly profileId: ProfileId }) => row.profileId === profileId;
      return changesOf(
        rows.annotations.find(isOwn),
        rows.drafts.find(isOwn),
        rows.draftEntries.filter(isOwn),
      );
    });
    if (changes.length === 0) return UNCHANGED;
    // Counts boxes like the list does: those of the draft if there is one.
    const { labelIds, labelCounts } = resolveCounts(task, resolve);
    return { rows: changes, counts: { boxes: labelCounts[labelIds.indexOf(from)] ?? 0 } };

    /** The changes to one person's work on the task; none if no box of it has the label. */
    function changesOf(
      annotation: Annotation | undefined,
      draft: Draft | undefined,
      entries: readonly DraftEntry[],
    ): readonly RowChange[] {
      const isConcerned =
        annotation?.regions.some(wears) ||
        draft?.regions.some(wears) ||
        entries.some(({ change: { regions } }) =>
          [...regions.before.values(), ...regions.after.values()].some(wears),
        );
      if (!isConcerned) return [];
      const next = annotation && turned(annotation);
      const changes: RowChange[] = annotation && next ? [changed('annotations', annotation, next)] : [];
      if (!draft) return changes;
      const basedOn = next?.revision ?? draft.basedOn;
      const regions = draft.regions.map(turn);
      if (entries.length > 0) {
        changes.push(changed('drafts', draft, { ...draft, regions, basedOn }));
        const moved = movedUp(entries, ({ regions: { before, after }, choices }) => ({
          regions: { before: turnAll(before), after: turnAll(after) },
          choices,
        }));
        return [...changes, ...moved];
      }
      // A draft without a journal becomes the first change of one.
      const { taskId, profileId } = draft;
      const change = changeOfRegions({ before: new Map(), after: byId(regions) });
      const first: DraftEntry = { taskId, profileId, sequence: 1, change, step: 'do' };
      return [
        ...changes,
        changed('drafts', draft, { ...draft, regions: [], basedOn }),
        changed('draftEntries', null, first),
      ];
    }
  },
};

/** A journal with new changes, each moved up by one position. */
function movedUp(
  entries: readonly DraftEntry[],
  turn: (change: AnnotationChange) => AnnotationChange,
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
