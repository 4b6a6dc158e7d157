import { moveWithin, type Rect, type Size } from '$lib/domain/geometry';
import { operationsOf, type Region } from '$lib/domain/region';

/**
 * Moves regions as one body, by image pixels. The first region that reaches the picture's edge stops all of them.
 * `snaps` puts the upper left corner of the body on a whole pixel.
 */
export function moveTogether(
  regions: readonly Region[],
  dx: number,
  dy: number,
  size: Size,
  snaps = false,
): readonly Region[] {
  const body = boundsOf(regions);
  const to = (start: number, by: number) => (snaps && by !== 0 ? Math.round(start + by) - start : by);
  const moved = moveWithin(body, to(body.x, dx), to(body.y, dy), size);
  return regions.map((region) =>
    operationsOf(region).translate(region, moved.x - body.x, moved.y - body.y, size),
  );
}

/**
 * The smallest rectangle around all regions. It loops because spreading 10,000 numbers into Math.min overflows the
 * stack.
 */
export function boundsOf(regions: Iterable<Region>): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const region of regions) {
    const { x, y, width, height } = operationsOf(region).bounds(region);
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
