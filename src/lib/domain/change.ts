import type { RegionId } from './ids';
import type { Region } from './region';

/**
 * One step of work: the regions it touched, as they were and as they are. What only `after` holds was made,
 * what only `before` holds was deleted.
 */
export interface RegionChange {
  readonly before: ReadonlyMap<RegionId, Region>;
  readonly after: ReadonlyMap<RegionId, Region>;
}

export const invert = ({ before, after }: RegionChange): RegionChange => ({ before: after, after: before });

/** The regions after a change; the order of what stays is kept, what is new stands last. */
export function apply(
  regions: ReadonlyMap<RegionId, Region>,
  { before, after }: RegionChange,
): ReadonlyMap<RegionId, Region> {
  const next = new Map(regions);
  for (const id of before.keys()) if (!after.has(id)) next.delete(id);
  for (const [id, region] of after) next.set(id, region);
  return next;
}

export const byId = (regions: Iterable<Region>): ReadonlyMap<RegionId, Region> =>
  new Map([...regions].map((region) => [region.id, region]));
