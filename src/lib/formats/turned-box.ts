import type { Rect } from '$lib/domain/geometry';

/** A rectangle and its rotation about its centre, clockwise, in degrees. */
export type TurnedRect = Rect & { readonly rotation: number };
type Point = readonly [x: number, y: number];

/** The turned box with these corners, in order; null if they do not form a rectangle. */
export function turnedBox(points: readonly Point[]): TurnedRect | null {
  const [a, b, c, d] = points as readonly [Point, Point, Point, Point];
  const width = Math.hypot(b[0] - a[0], b[1] - a[1]);
  const height = Math.hypot(d[0] - a[0], d[1] - a[1]);
  const tolerance = 0.02 * Math.max(width, height) + 0.01;
  const isParallel =
    Math.abs(a[0] + c[0] - b[0] - d[0]) <= tolerance && Math.abs(a[1] + c[1] - b[1] - d[1]) <= tolerance;
  const dot = (b[0] - a[0]) * (d[0] - a[0]) + (b[1] - a[1]) * (d[1] - a[1]);
  if (!isParallel || Math.abs(dot) > tolerance * Math.max(width, height)) return null;
  const isMirrored = (b[0] - a[0]) * (d[1] - a[1]) - (b[1] - a[1]) * (d[0] - a[0]) < 0;
  if (isMirrored) return turnedBox([a, d, c, b]);
  return {
    x: (a[0] + c[0] - width) / 2,
    y: (a[1] + c[1] - height) / 2,
    width,
    height,
    rotation: degreesOf(b[0] - a[0], b[1] - a[1]),
  };
}

/** The smallest turned rectangle around points; one of its sides runs through two of the points. */
export function smallestTurnedBox(points: readonly Point[]): TurnedRect {
  let best: TurnedRect | null = null;
  for (const [at, from] of points.entries()) {
    const to = points[(at + 1) % points.length]!;
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    if (length === 0) continue;
    const [cos, sin] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
    const along = points.map(([x, y]) => x * cos + y * sin);
    const across = points.map(([x, y]) => y * cos - x * sin);
    const [left, right] = [Math.min(...along), Math.max(...along)];
    const [top, bottom] = [Math.min(...across), Math.max(...across)];
    const [width, height] = [right - left, bottom - top];
    if (best !== null && width * height >= best.width * best.height) continue;
    const [u, v] = [(left + right) / 2, (top + bottom) / 2];
    const [centreX, centreY] = [u * cos - v * sin, u * sin + v * cos];
    best = {
      x: centreX - width / 2,
      y: centreY - height / 2,
      width,
      height,
      rotation: degreesOf(cos, sin),
    };
  }
  const [[x, y]] = points as readonly [Point];
  return best ?? { x, y, width: 0, height: 0, rotation: 0 };
}

function degreesOf(x: number, y: number): number {
  const degrees = Math.round(((Math.atan2(y, x) * 180) / Math.PI) * 1e5) / 1e5;
  return degrees === 0 ? 0 : degrees;
}
