import type { AnnotationChange } from './change';
import type { History } from './history';
import type { LabelId } from './ids';
import type { Project } from './project';
import type { TaskSummary } from './task';

/** Maps a label id to the label that it means now; null if the region is unlabelled. */
export type ResolveLabel = (id: LabelId | null | undefined) => LabelId | null;

/**
 * [Note: Removed labels]
 * Regions keep the id of the label that they were given, wherever they are stored: in annotations, drafts and their
 * journals, versions, the trash, predictions and the class mappings of models. Removing a label rewrites none of these.
 * The project records what the removed label became, another label or none, and everything that reads regions reads
 * them through `labelResolver`. So a removal is one small write that takes effect everywhere at once, also for what an
 * undo, a restart or another tab brings back later, and undoing the removal restores everything. An id that the project
 * does not know means no label.
 */
export function labelResolver({
  labels,
  removedLabels = [],
}: Pick<Project, 'labels' | 'removedLabels'>): ResolveLabel {
  const meaning = new Map<LabelId, LabelId | null>(labels.map(({ id }) => [id, id]));
  const successors = new Map(removedLabels.map(({ label, to }) => [label.id, to]));
  const find = (id: LabelId): LabelId | null => {
    const known = meaning.get(id);
    if (known !== undefined) return known;
    // Set before the search, so that a corrupt cycle of successors terminates.
    meaning.set(id, null);
    const next = successors.get(id) ?? null;
    const found = next === null ? null : find(next);
    meaning.set(id, found);
    return found;
  };
  return (id) => (id === null || id === undefined ? null : find(id));
}

interface Labelled {
  readonly labelId: LabelId | null;
}

const resolved = <One extends Labelled>(one: One, resolve: ResolveLabel): One => {
  const labelId = resolve(one.labelId);
  return labelId === one.labelId ? one : { ...one, labelId };
};

/** Resolves the labels of regions or predicted boxes. Returns the same array if nothing changes. */
export function resolveRegions<One extends Labelled>(
  regions: readonly One[],
  resolve: ResolveLabel,
): readonly One[] {
  const isCurrent = regions.every(({ labelId }) => resolve(labelId) === labelId);
  return isCurrent ? regions : regions.map((region) => resolved(region, resolve));
}

/** Resolves the labels of a row with regions: an annotation, a version or a prediction. */
export function resolveRow<Row extends { readonly regions: readonly Labelled[] }>(
  row: Row,
  resolve: ResolveLabel,
): Row {
  const regions = resolveRegions(row.regions, resolve);
  return regions === row.regions ? row : { ...row, regions };
}

/** Resolves the labels of regions by id. Returns the same map if nothing changes. */
export function resolveMap<Key, One extends Labelled>(
  regions: ReadonlyMap<Key, One>,
  resolve: ResolveLabel,
): ReadonlyMap<Key, One> {
  for (const { labelId } of regions.values())
    if (resolve(labelId) !== labelId)
      return new Map([...regions].map(([id, region]) => [id, resolved(region, resolve)]));
  return regions;
}

export function resolveChange(change: AnnotationChange, resolve: ResolveLabel): AnnotationChange {
  const { regions, choices } = change;
  const [before, after] = [resolveMap(regions.before, resolve), resolveMap(regions.after, resolve)];
  const isCurrent = before === regions.before && after === regions.after;
  return isCurrent ? change : { regions: { before, after }, choices };
}

export const resolveHistory = ({ done, undone }: History, resolve: ResolveLabel): History => ({
  done: done.map((change) => resolveChange(change, resolve)),
  undone: undone.map((change) => resolveChange(change, resolve)),
});

/**
 * Resolves the box counts of a task: counts of labels that became one are added up, boxes without a label are not
 * counted.
 */
export function resolveCounts<Counted extends Pick<TaskSummary, 'labelIds' | 'labelCounts'>>(
  counted: Counted,
  resolve: ResolveLabel,
): Counted {
  if (counted.labelIds.every((id) => resolve(id) === id)) return counted;
  const counts = new Map<LabelId, number>();
  for (const [at, id] of counted.labelIds.entries()) {
    const label = resolve(id);
    if (label !== null) counts.set(label, (counts.get(label) ?? 0) + (counted.labelCounts[at] ?? 0));
  }
  return { ...counted, labelIds: [...counts.keys()], labelCounts: [...counts.values()] };
}
