import type { Size } from './geometry';
import type { RegionId } from './ids';
import { isSamePlace, isSameValue, operationsOf, type Region } from './region';

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
 * other. What is gone meanwhile is not deleted again, and what was worked on is there again; a region that came of
 * two changes is kept in the picture of `size`. The change itself where its regions are as they were.
 */
export function rebase(change: RegionChange, now: ReadonlyMap<RegionId, Region>, size: Size): RegionChange {
  const { before, after } = change;
  const ids = new Set([...before.keys(), ...after.keys()]);
  if ([...ids].every((id) => before.get(id) === now.get(id))) return change;
  const [from, to] = [new Map<RegionId, Region>(), new Map<RegionId, Region>()];
  for (const id of ids) {
    const present = now.get(id);
    if (present) from.set(id, present);
  }
  for (const [id, region] of after) {
    const [was, present] = [before.get(id), now.get(id)];
    to.set(id, was && present && was !== present ? changedAs(present, was, region, size) : region);
  }
  return { before: from, after: to };
}

/**
 * The same as `rebase` for a step that is taken back or made again: what was deleted meanwhile stays deleted, and what
 * is there again meanwhile stays as it is.
 */
export function rebaseStep(
  change: RegionChange,
  now: ReadonlyMap<RegionId, Region>,
  size: Size,
): RegionChange {
  const made = rebase(change, now, size);
  if (made === change) return change;
  const isMade = (id: RegionId): boolean => !change.after.has(id) || change.before.has(id) === now.has(id);
  const kept = (regions: ReadonlyMap<RegionId, Region>) => new Map([...regions].filter(([id]) => isMade(id)));
  return { before: kept(made.before), after: kept(made.after) };
}

/** A region with what differs between two others made to differ in it as well; a field may be there in one alone. */
function changedAs(present: Region, was: Region, is: Region, size: Size): Region {
  const fields = new Map<string, unknown>(Object.entries(present));
  const [before, after] = [new Map<string, unknown>(Object.entries(was)), Object.entries(is)];
  for (const [key, value] of after) {
    if (!isSameValue(before.get(key), value)) fields.set(key, value);
    before.delete(key);
  }
  for (const key of before.keys()) fields.delete(key);
  const made = Object.fromEntries(fields) as unknown as Region;
  const isOneOfThem = isSamePlace(made, present) || isSamePlace(made, is);
  return isOneOfThem ? made : operationsOf(made).clampToImage(made, size);
}

export const byId = (regions: Iterable<Region>): ReadonlyMap<RegionId, Region> =>
  new Map([...regions].map((region) => [region.id, region]));
