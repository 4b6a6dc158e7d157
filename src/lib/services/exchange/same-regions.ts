import { isSamePlace, type Region } from '$lib/domain/region';

/** Pixels that two ways to write one number may differ by. */
export const NEAR_PX = 1e-3;

/** Whether two layers say the same, whatever the ids of their regions. */
export const sameRegions = (a: readonly Region[], b: readonly Region[]): boolean =>
  a.length === b.length &&
  a.every((region, at) => {
    const other = b[at]!;
    return (
      region.labelId === other.labelId && region.note === other.note && isSamePlace(region, other, NEAR_PX)
    );
  });
