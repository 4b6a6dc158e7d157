import { byId, type RegionChange } from '$lib/domain/change';
import type { RegionId } from '$lib/domain/ids';
import { isSameRegion, type Region } from '$lib/domain/region';

/**
 * The change that leads from one set of regions to another; it holds only regions that differ. Returns null where
 * none does, so a nudge against the picture's edge writes nothing and adds no undo step.
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
