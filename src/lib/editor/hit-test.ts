import type { Size } from '$lib/domain/geometry';
import { imagePoint, type ImagePoint, type RegionId } from '$lib/domain/ids';
import { operationsOf, type Region } from '$lib/domain/region';
import { centreOf, turnPoint } from '$lib/domain/regions/turned';
import { imageToScreen, type Viewport } from './viewport';

/** What lies under a point of the picture. */
export type Hit =
  | { readonly on: 'handle'; readonly id: RegionId; readonly handle: string; readonly pullsDeg: number }
  | { readonly on: 'turn'; readonly id: RegionId }
  | { readonly on: 'region'; readonly id: RegionId }
  | { readonly on: 'nothing' };

/** Inside a region its handles reach this part of a side at most, so that the middle of a small one still moves it. */
const HANDLE_SHARE = 1 / 3;
/** How far the handle that turns a region stands from it, in CSS pixels. */
const TURN_DISTANCE = 30;

/** The nearest handle of a region within `reach` image pixels of a point. */
export function handleAt(region: Region, point: ImagePoint, reach: number): Omit<HandleHit, 'id'> | null {
  const frame = ownFrame(region);
  const [x, y] = frame.toOwn(point);
  const isInside = operationsOf(region).contains(region, point, 0);
  const reachX = isInside ? Math.min(reach, frame.width * HANDLE_SHARE) : reach;
  const reachY = isInside ? Math.min(reach, frame.height * HANDLE_SHARE) : reach;
  let best: Omit<HandleHit, 'id'> | null = null;
  let nearest = Infinity;
  for (const { name, at, pullsDeg } of frame.handles) {
    const [dx, dy] = [Math.abs(x - at[0]), Math.abs(y - at[1])];
    const distance = Math.max(dx, dy);
    if (dx <= reachX && dy <= reachY && distance < nearest)
      [best, nearest] = [{ on: 'handle', handle: name, pullsDeg }, distance];
  }
  return best;
}

type HandleHit = Extract<Hit, { on: 'handle' }>;

/** Where the handle that turns a region stands, and the place on the region that it belongs to. */
export interface TurnHandle {
  readonly at: ImagePoint;
  readonly from: ImagePoint;
}

/**
 * Above the region, as that is turned; below it where the canvas ends above. Null for what cannot be turned.
 */
export function turnHandle(region: Region, view: Viewport, canvas: Size): TurnHandle | null {
  if (operationsOf(region).rotate === null) return null;
  const { left, top, width, height, toPicture } = ownFrame(region);
  const away = TURN_DISTANCE / view.scale;
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

/** A region as it would lie if it were not turned, with the way there and back. */
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
