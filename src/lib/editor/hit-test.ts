import type { Size } from '$lib/domain/geometry';
import { imagePoint, type ImagePoint, type RegionId } from '$lib/domain/ids';
import { operationsOf, type Region } from '$lib/domain/region';
import { centreOf, turnPoint } from '$lib/domain/regions/turned';
import { imageToScreen, type Viewport } from './viewport';

/** What a hit test finds under a point of the picture. */
export type Hit =
  | { readonly on: 'handle'; readonly id: RegionId; readonly handle: string; readonly directionDeg: number }
  | { readonly on: 'rotate'; readonly id: RegionId }
  | { readonly on: 'region'; readonly id: RegionId }
  | { readonly on: 'nothing' };

/** Inside a region, a handle reaches at most this part of a side, so the middle of a small region still moves it. */
const HANDLE_SHARE = 1 / 3;
/** Distance of the rotate handle from its region, in CSS pixels. */
const ROTATE_HANDLE_DISTANCE = 30;

/** The nearest handle of a region within `reach` image pixels of a point. */
export function handleAt(region: Region, point: ImagePoint, reach: number): Omit<HandleHit, 'id'> | null {
  const frame = ownFrame(region);
  const [x, y] = frame.toOwn(point);
  const isInside = operationsOf(region).contains(region, point, 0);
  const reachX = isInside ? Math.min(reach, frame.width * HANDLE_SHARE) : reach;
  const reachY = isInside ? Math.min(reach, frame.height * HANDLE_SHARE) : reach;
  let best: Omit<HandleHit, 'id'> | null = null;
  let nearest = Infinity;
  for (const { name, at, directionDeg } of frame.handles) {
    const [dx, dy] = [Math.abs(x - at[0]), Math.abs(y - at[1])];
    const distance = Math.max(dx, dy);
    if (dx <= reachX && dy <= reachY && distance < nearest)
      [best, nearest] = [{ on: 'handle', handle: name, directionDeg }, distance];
  }
  return best;
}

type HandleHit = Extract<Hit, { on: 'handle' }>;

/** The position of a region's rotate handle, and the point of the region that a line joins it with. */
export interface RotateHandle {
  readonly at: ImagePoint;
  readonly from: ImagePoint;
}

/**
 * The rotate handle lies above the region, in the region's own direction; where that is off the canvas, it lies
 * below. Returns null for kinds of regions that cannot be rotated.
 */
export function rotateHandle(region: Region, view: Viewport, canvas: Size): RotateHandle | null {
  if (operationsOf(region).rotate === null) return null;
  const { left, top, width, height, toPicture } = ownFrame(region);
  const away = ROTATE_HANDLE_DISTANCE / view.scale;
  const above = {
    at: toPicture(imagePoint(left + width / 2, top - away)),
    from: toPicture(imagePoint(left + width / 2, top)),
  };
  const [x, y] = imageToScreen(view, above.at);
  if (x > 0 && y > 0 && x < canvas.width && y < canvas.height) return above;
  return {
    at: toPicture(imagePoint(left + width / 2, top + height + away)),
    from: toPicture(imagePoint(left + width / 2, top + height)),
  };
}

/** A region as if its angle were 0, with the conversions between its own frame and the picture. */
function ownFrame(region: Region) {
  const operations = operationsOf(region);
  const [about, angle] = [centreOf(operations.bounds(region)), operations.angle(region)];
  const toOwn = (point: ImagePoint) => (angle === 0 ? point : turnPoint(point, about, -angle));
  const toPicture = (point: ImagePoint) => (angle === 0 ? point : turnPoint(point, about, angle));
  const handles = operations.handles(region).map((handle) => ({ ...handle, at: toOwn(handle.at) }));
  const [xs, ys] = [handles.map(({ at }) => at[0]), handles.map(({ at }) => at[1])];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
  return { left, top, width, height, handles, toOwn, toPicture };
}
