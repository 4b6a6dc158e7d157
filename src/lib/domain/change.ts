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
export const apply = (
  regions: ReadonlyMap<RegionId, Region>,
  change: RegionChange,
): ReadonlyMap<RegionId, Region> => applyAll(regions, [change]);

/** The regions after one change after the other. They are copied once: a journal can have as many rows as regions. */
export function applyAll(
  regions: ReadonlyMap<RegionId, Region>,
  changes: Iterable<RegionChange>,
): ReadonlyMap<RegionId, Region> {
  const next = new Map(regions);
  for (const { before, after } of changes) {
    for (const id of before.keys()) if (!after.has(id)) next.delete(id);
    for (const [id, region] of after) next.set(id, region);
  }
  return next;
}

/**
 * The same change, made on regions that were changed meanwhile: of each region only what the change is about becomes
 * other. What is gone meanwhile is not deleted again, and what was worked on is there again.
 */
export function rebase({ before, after }: RegionChange, now: ReadonlyMap<RegionId, Region>): RegionChange {
  const [from, to] = [new Map<RegionId, Region>(), new Map<RegionId, Region>()];
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const present = now.get(id);
    if (present) from.set(id, present);
  }
  for (const [id, region] of after) {
    const [was, present] = [before.get(id), now.get(id)];
    to.set(id, was && present ? { ...present, ...differing(was, region) } : region);
  }
  return { before: from, after: to };
}

const differing = (was: Region, is: Region): Partial<Region> =>
  Object.fromEntries(Object.entries(is).filter(([key, value]) => was[key as keyof Region] !== value));

export const byId = (regions: Iterable<Region>): ReadonlyMap<RegionId, Region> =>
  new Map([...regions].map((region) => [region.id, region]));
