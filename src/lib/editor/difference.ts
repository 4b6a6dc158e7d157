import { byId, type RegionChange } from '$lib/domain/change';
import type { RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';

/**
 * The change from some regions to others, holding only what differs; null where nothing does. So a nudge
 * against the picture's edge is no step of work: nothing is written, and undo has nothing to take back.
 */
export function difference(before: Iterable<Region>, after: Iterable<Region>): RegionChange | null {
  const [were, are] = [byId(before), byId(after)];
  const [gone, made] = [changedIn(were, are), changedIn(are, were)];
  return gone.length + made.length > 0 ? { before: byId(gone), after: byId(made) } : null;
}

const changedIn = (
  regions: ReadonlyMap<RegionId, Region>,
  others: ReadonlyMap<RegionId, Region>,
): readonly Region[] => [...regions.values()].filter((region) => !isSame(region, others.get(region.id)));

const isSame = (a: Region, b: Region | undefined): boolean =>
  b !== undefined && (Object.keys(a) as (keyof Region)[]).every((key) => a[key] === b[key]);
