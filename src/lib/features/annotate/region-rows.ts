import { groupBy } from '$lib/domain/group-by';
import type { LabelId, RegionId } from '$lib/domain/ids';
import { operationsOf, type Region } from '$lib/domain/region';
import type { Label } from '$lib/domain/project';

export type RegionOrder = 'time' | 'hand' | 'label' | 'score' | 'size';
export const REGION_ORDERS: readonly RegionOrder[] = ['time', 'hand', 'label', 'score', 'size'];

/** The labels listed: all, one, or regions without a label. */
export type LabelFilter = 'all' | 'none' | LabelId;

export interface ListChoice {
  readonly order: RegionOrder;
  readonly isDescending: boolean;
  readonly isGrouped: boolean;
  readonly filter: LabelFilter;
}

export const PLAIN_LIST: ListChoice = { order: 'time', isDescending: false, isGrouped: false, filter: 'all' };

/** A row of the list; all rows are equally high. `number` is the region's place by age, in any order. */
export type RegionRow =
  | { readonly kind: 'region'; readonly region: Region; readonly number: number }
  | { readonly kind: 'group'; readonly labelId: LabelId | null; readonly count: number };

type Numbered = Extract<RegionRow, { kind: 'region' }>;

/**
 * Rows of the region list. Labels are in the project's order, unlabelled regions last, and equal labels by age.
 * `byHand` is the manual order; regions missing from it come last, by age.
 */
export function regionRows(
  regions: Iterable<Region>,
  choice: ListChoice,
  labels: readonly Label[],
  byHand: readonly RegionId[],
): readonly RegionRow[] {
  const placeOf = new Map<LabelId | null, number>(labels.map((label, at) => [label.id, at]));
  const place = ({ region }: Numbered) => placeOf.get(region.labelId) ?? labels.length;
  const handPlaces = new Map(byHand.map((id, at) => [id, at]));
  const measures: Readonly<Record<RegionOrder, (row: Numbered) => number>> = {
    time: ({ number }) => number,
    hand: ({ region }) => handPlaces.get(region.id) ?? byHand.length,
    label: place,
    score: ({ region }) => region.score ?? Number.MAX_VALUE,
    size: ({ region }) => operationsOf(region).area(region),
  };
  const measure = measures[choice.order];
  const sign = choice.isDescending ? -1 : 1;
  const rows = [...regions]
    .map((region, at): Numbered => ({ kind: 'region', region, number: at + 1 }))
    .filter(({ region }) => isListed(region, choice.filter))
    .map((row) => ({ row, by: measure(row) }))
    .sort((a, b) => sign * (a.by - b.by || a.row.number - b.row.number))
    .map(({ row }) => row);
  return choice.isGrouped ? grouped(rows, place) : rows;
}

const isListed = ({ labelId }: Region, filter: LabelFilter): boolean =>
  filter === 'all' || labelId === (filter === 'none' ? null : filter);

/** Inserts a heading before the regions of each label, in the project's order. */
function grouped(rows: readonly Numbered[], place: (row: Numbered) => number): readonly RegionRow[] {
  return [...groupBy(rows, place)]
    .sort(([a], [b]) => a - b)
    .flatMap(([, group]): readonly RegionRow[] => [
      { kind: 'group', labelId: group[0].region.labelId, count: group.length },
      ...group,
    ]);
}

export const idsIn = (rows: readonly RegionRow[]): readonly RegionId[] =>
  rows.flatMap((row) => (row.kind === 'region' ? [row.region.id] : []));

/** Ids from one region of the list to another, both included. */
export function rangeBetween(
  rows: readonly RegionRow[],
  from: RegionId | null,
  to: RegionId,
): readonly RegionId[] {
  const ids = idsIn(rows);
  const [a, b] = [from === null ? -1 : ids.indexOf(from), ids.indexOf(to)];
  return a < 0 ? [to] : ids.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/** The manual order after moving one region by some places. */
export function movedByHand(listed: readonly RegionId[], id: RegionId, by: number): readonly RegionId[] {
  const at = listed.indexOf(id);
  const others = listed.filter((other) => other !== id);
  const to = Math.min(Math.max(at + by, 0), others.length);
  return [...others.slice(0, to), id, ...others.slice(to)];
}
