import type { RegionBase, RegionOperations } from './regions/base';
import { BOX_OPERATIONS, type BoxRegion } from './regions/box';

/**
 * [Note: Kinds of regions]
 * A kind owns everything that depends on its shape. A new kind is a new line here and a new file in each layer; the
 * compiler names every table that misses it: the operations below, the shape of a stored row (row-shapes.ts), its
 * tool and key (editor/tools/all.ts, editor/commands.ts), what each format can carry of it (formats/traits.ts) and
 * writes for it (`…_ENCODERS` in formats/), its look and its details on the labelling page (features/annotate/kinds/),
 * and its words (ui/i18n/).
 */
export interface RegionKinds {
  readonly box: BoxRegion;
}

export type RegionKind = keyof RegionKinds;
export type RegionOf<Kind extends RegionKind> = RegionKinds[Kind];
/** One drawn thing. */
export type Region = RegionKinds[RegionKind];

/** What a kind adds to what every region has: the kind and its place. */
export type RegionShape = Place<Region>;
type Place<One> = One extends RegionBase ? Omit<One, keyof RegionBase> : never;

export const REGION_OPERATIONS: { readonly [Kind in RegionKind]: RegionOperations<RegionOf<Kind>> } = {
  box: BOX_OPERATIONS,
};

/** What can be asked of a region, whatever its kind. */
export const operationsOf = <Kind extends RegionKind>({
  kind,
}: {
  readonly kind: Kind;
}): RegionOperations<RegionOf<Kind>> => REGION_OPERATIONS[kind];

/** The upright box around a region, with all that every region has. */
export const boxAround = (region: Region): BoxRegion => {
  const { id, labelId, origin, score, note, isLocked, isCrowd, extra } = region;
  return {
    kind: 'box',
    ...{ id, labelId, origin, score, note, isLocked },
    ...operationsOf(region).bounds(region),
    rotation: 0,
    ...(isCrowd === undefined ? {} : { isCrowd }),
    ...(extra === undefined ? {} : { extra }),
  };
};

/** Whether two regions lie in the same place, give or take `tolerance` pixels in every number. */
export const isSamePlace = (a: Region, b: Region, tolerance = 0): boolean =>
  a.kind === b.kind && operationsOf(a).equals(a, b, tolerance);

/** Whether two regions say the same, by every number and word; a field that is undefined is as good as absent. */
export function isSameRegion(a: Region, b: Region): boolean {
  if (a === b) return true;
  const [fields, others] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))];
  for (const [key, value] of fields) {
    if (!isSameValue(value, others.get(key))) return false;
    others.delete(key);
  }
  return [...others.values()].every((value) => value === undefined);
}

/** Equal values; a list, as the points of an outline are, by what it holds. */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return (
    Array.isArray(a) &&
    Array.isArray(b) &&
    a.length === b.length &&
    a.every((value, at) => isSameValue(value, b[at]))
  );
}
