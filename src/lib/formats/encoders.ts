import { AppError } from '$lib/domain/errors';
import type { Region, RegionKind, RegionOf } from '$lib/domain/region';

/**
 * [Note: Encoders]
 * The functions by which a format writes a region's place, by kind of region. Null means that the format cannot
 * hold the kind as it is and says so in its capabilities (traits.ts); `fit` then makes a box of such a region, or
 * leaves it out, before anything is written. A test keeps the two tables consistent.
 */
export type Encoders<Args extends readonly unknown[], Written> = {
  readonly [Kind in RegionKind]: ((region: RegionOf<Kind>, ...args: Args) => Written) | null;
};

/** Encodes a region by its kind. Throws if there is no encoder for it, which `fit` rules out. */
export function encode<Args extends readonly unknown[], Written>(
  encoders: Encoders<Args, Written>,
  region: Region,
  ...args: Args
): Written {
  const encoder = encoderOf(encoders, region);
  if (encoder === null) throw new AppError('region-not-writable', { kind: region.kind, region: region.id });
  return encoder(region, ...args);
}

const encoderOf = <Args extends readonly unknown[], Written, Kind extends RegionKind>(
  encoders: Encoders<Args, Written>,
  { kind }: { readonly kind: Kind },
): ((region: RegionOf<Kind>, ...args: Args) => Written) | null => encoders[kind];
