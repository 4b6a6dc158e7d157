import { byId, type RegionChange } from '$lib/domain/change';
import type { RegionId } from '$lib/domain/ids';
import { isSameRegion, type Region } from '$lib/domain/region';

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
): readonly Region[] =>
  [...regions.values()].filter((region) => {
    const other = others.get(region.id);
    return other === undefined || !isSameRegion(region, other);
  });
