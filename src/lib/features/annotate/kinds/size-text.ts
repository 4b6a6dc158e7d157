import type { RegionKind, RegionOf } from '$lib/domain/region';

/** Formats a region's size in image pixels. See [Note: Kinds of regions] in domain/region.ts. */
type SizeText<One> = (region: One) => string;

const SIZE_TEXTS: { readonly [Kind in RegionKind]: SizeText<RegionOf<Kind>> } = {
  box: ({ width, height }) => `${Math.round(width)} × ${Math.round(height)}`,
};

export const sizeTextOf = <Kind extends RegionKind>({
  kind,
}: {
  readonly kind: Kind;
}): SizeText<RegionOf<Kind>> => SIZE_TEXTS[kind];
