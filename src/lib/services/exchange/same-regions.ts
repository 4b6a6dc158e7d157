import type { Region } from '$lib/domain/region';

/** Pixels that two ways to write one number may differ by. */
const NEAR = 1e-3;
export const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= NEAR;

/** Whether two layers say the same, whatever the ids of their regions. */
export const sameRegions = (a: readonly Region[], b: readonly Region[]): boolean =>
  a.length === b.length &&
  a.every((region, at) => {
    const other = b[at]!;
    return (
      region.labelId === other.labelId &&
      region.note === other.note &&
      isNear(region.x, other.x) &&
      isNear(region.y, other.y) &&
      isNear(region.width, other.width) &&
      isNear(region.height, other.height) &&
      isNear(region.rotation, other.rotation)
    );
  });
