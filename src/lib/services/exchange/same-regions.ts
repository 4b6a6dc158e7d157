import { isSamePlace, type Region } from '$lib/domain/region';

/** In pixels: the difference that two encodings of one number may have. */
export const NEAR_PX = 1e-3;

/** Whether two layers have equal regions, whatever their ids. */
export const sameRegions = (a: readonly Region[], b: readonly Region[]): boolean =>
  a.length === b.length &&
  a.every((region, at) => {
    const other = b[at]!;
    return (
      region.labelId === other.labelId && region.note === other.note && isSamePlace(region, other, NEAR_PX)
    );
  });
