import type { RegionBase, RegionOperations } from './regions/base';
import { BOX_OPERATIONS, type BoxRegion } from './regions/box';

/**
 * [Note: Kinds of regions]
 * A kind owns everything that depends on its shape. A new kind is a line here, a new file in each layer (its operations
 * in regions/, its tool in editor/tools/, its details in features/annotate/kinds/) and a line in each table keyed by
 * kind; the compiler names every table that misses it: the operations below, the shape of a stored row (row-shapes.ts),
 * its tool (editor/tools/all.ts), its key (editor/commands.ts, features/annotate/keys.ts), what each format can hold of
 * it (formats/traits.ts, formats/fit.ts) and writes for it (see [Note: Encoders]), its details and size
 * (features/annotate/kinds/), its icons (RegionGlyphs.svelte, ToolBar.svelte) and its words (ui/i18n/).
 */
export interface RegionKinds {
  readonly box: BoxRegion;
}

export type RegionKind = keyof RegionKinds;
export type RegionOf<Kind extends RegionKind> = RegionKinds[Kind];
/** One annotated object. */
export type Region = RegionKinds[RegionKind];

/** The fields that a kind adds to those of every region: its kind and its place. */
export type RegionShape = Place<Region>;
type Place<One> = One extends RegionBase ? Omit<One, keyof RegionBase> : never;

export const REGION_OPERATIONS: { readonly [Kind in RegionKind]: RegionOperations<RegionOf<Kind>> } = {
  box: BOX_OPERATIONS,
};

/** The operations of a region's kind. */
export const operationsOf = <Kind extends RegionKind>({
  kind,
}: {
  readonly kind: Kind;
}): RegionOperations<RegionOf<Kind>> => REGION_OPERATIONS[kind];

/** Compares as strings, so that the check also compiles while there is only one kind. */
export const isBox = (region: Region): region is BoxRegion => (region.kind as string) === 'box';

/** The upright box around a region, with the fields that every region has. */
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

/** Whether two regions have the same place, within `tolerance` pixels in every number. */
export const isSamePlace = (a: Region, b: Region, tolerance = 0): boolean =>
  isSameKind(a, b) && operationsOf(a).equals(a, b, tolerance);

/** The offset from the first region to the second if they have the same shape; null if the shapes differ. */
export const offsetOf = (from: Region, to: Region, tolerance: number): readonly [number, number] | null =>
  isSameKind(from, to) ? operationsOf(from).offset(from, to, tolerance) : null;

/** Compares as strings, like `isBox`. */
const isSameKind = (a: { readonly kind: string }, b: { readonly kind: string }): boolean => a.kind === b.kind;

/** Whether two regions are equal in every field; an undefined field equals an absent one. */
export function isSameRegion(a: Region, b: Region): boolean {
  if (a === b) return true;
  const [fields, others] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))];
  for (const [key, value] of fields) {
    if (!isSameValue(value, others.get(key))) return false;
    others.delete(key);
  }
  return [...others.values()].every((value) => value === undefined);
}

/** Whether two values are equal; lists, such as the points of an outline, are compared by their contents. */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return (
    Array.isArray(a) &&
    Array.isArray(b) &&
    a.length === b.length &&
    a.every((value, at) => isSameValue(value, b[at]))
  );
}
