import { clamp, type Size } from '../geometry';
import { imagePoint, type ImagePoint } from '../ids';
import { centreOf, cornersOf, isInside, turnPoint, type TurnedRect } from './turned';

/**
 * Clips a rotated box to the picture, keeping its angle: returns the largest box about the centre of the visible part
 * that reaches no further than that part and has all corners in the picture. A box that lies inside stays as it is;
 * null if nothing of it is visible.
 */
export function clipTurned<Box extends TurnedRect>(box: Box, size: Size): Box | null {
  if (isInside(box, size)) return box;
  const seen = clipPolygon(cornersOf(box), size);
  const middle = centroidOf(seen);
  if (middle === null) return null;
  const centre = centreOf(box);
  const own = seen.map((corner) => turnPoint(corner, centre, -box.rotation));
  const [left, right] = [Math.min(...own.map(([x]) => x)), Math.max(...own.map(([x]) => x))];
  const [top, bottom] = [Math.min(...own.map(([, y]) => y)), Math.max(...own.map(([, y]) => y))];
  const within = { x: left, y: top, width: right - left, height: bottom - top, rotation: 0 };
  const corners = cornersOf(within).map((corner) => turnPoint(corner, centre, box.rotation));
  const share = Math.min(1, ...corners.map((corner) => fractionInside(middle, corner, size)));
  const [x, y] = turnPoint(middle, centre, -box.rotation);
  const inOwn = {
    x: x + (left - x) * share,
    y: y + (top - y) * share,
    width: within.width * share,
    height: within.height * share,
  };
  const [toX, toY] = turnPoint(centreOf(inOwn), centre, box.rotation);
  return { ...box, ...inOwn, x: toX - inOwn.width / 2, y: toY - inOwn.height / 2 };
}

/** The fraction, 0..1, of the segment from a point in the picture to a corner that lies in the picture. */
function fractionInside(from: ImagePoint, to: ImagePoint, size: Size): number {
  const axis = (start: number, end: number, limit: number): number => {
    const last = clamp(end, 0, limit);
    return last === end ? 1 : (last - start) / (end - start);
  };
  return Math.min(axis(from[0], to[0], size.width), axis(from[1], to[1], size.height));
}

/** Clips a convex polygon at the four sides of the picture, one after the other (Sutherland-Hodgman). */
function clipPolygon(points: readonly ImagePoint[], size: Size): readonly ImagePoint[] {
  const sides = [
    { axis: 0, limit: 0, keeps: 1 },
    { axis: 0, limit: size.width, keeps: -1 },
    { axis: 1, limit: 0, keeps: 1 },
    { axis: 1, limit: size.height, keeps: -1 },
  ] as const;
  return sides.reduce<readonly ImagePoint[]>((left, { axis, limit, keeps }) => {
    const inside = (point: ImagePoint): boolean => (point[axis] - limit) * keeps >= 0;
    return left.flatMap((point, at) => {
      const next = left[(at + 1) % left.length]!;
      const crossing = inside(point) === inside(next) ? [] : [crossingAt(point, next, axis, limit)];
      return inside(point) ? [point, ...crossing] : crossing;
    });
  }, points);
}

function crossingAt(from: ImagePoint, to: ImagePoint, axis: 0 | 1, limit: number): ImagePoint {
  const part = (limit - from[axis]) / (to[axis] - from[axis]);
  return imagePoint(from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part);
}

/** The centroid of a polygon; null if it has no area. */
function centroidOf(points: readonly ImagePoint[]): ImagePoint | null {
  let [twiceArea, sumX, sumY] = [0, 0, 0];
  for (const [at, [x, y]] of points.entries()) {
    const [nextX, nextY] = points[(at + 1) % points.length]!;
    const cross = x * nextY - nextX * y;
    twiceArea += cross;
    sumX += (x + nextX) * cross;
    sumY += (y + nextY) * cross;
  }
  return Math.abs(twiceArea) < 1e-9 ? null : imagePoint(sumX / (3 * twiceArea), sumY / (3 * twiceArea));
}
