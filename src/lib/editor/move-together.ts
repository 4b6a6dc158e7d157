import { moveWithin, type Rect, type Size } from '$lib/domain/geometry';
import { GEOMETRY, type Region } from '$lib/domain/region';

/** Regions moved as one body, in image pixels: the first to reach the picture's edge stops them all. */
export function moveTogether(
  regions: readonly Region[],
  dx: number,
  dy: number,
  size: Size,
): readonly Region[] {
  const body = bodyOf(regions);
  const moved = moveWithin(body, dx, dy, size);
  return regions.map((region) =>
    GEOMETRY[region.kind].translate(region, moved.x - body.x, moved.y - body.y, size),
  );
}

/** The smallest rectangle around all. A loop: spreading 10,000 numbers into Math.min is too much for a stack. */
function bodyOf(regions: readonly Region[]): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const region of regions) {
    const { x, y, width, height } = GEOMETRY[region.kind].bounds(region);
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
