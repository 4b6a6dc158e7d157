import { imagePoint, type ImagePoint } from './ids';

/** An upright rectangle in image pixels; width and height are never negative. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Draws outlines given in image pixels. */
export interface Pen {
  rect(rect: Rect): void;
  /** Draws a closed polygon. */
  polygon(points: readonly ImagePoint[]): void;
  /** Draws a point that has the same size on the screen at every zoom. */
  dot(at: ImagePoint): void;
}

/** The rectangle between two opposite corners, in whichever direction it was drawn. */
export const rectBetween = (a: ImagePoint, b: ImagePoint): Rect => ({
  x: Math.min(a[0], b[0]),
  y: Math.min(a[1], b[1]),
  width: Math.abs(b[0] - a[0]),
  height: Math.abs(b[1] - a[1]),
});

export const area = (rect: Rect): number => rect.width * rect.height;

export const contains = (rect: Rect, [x, y]: ImagePoint, margin = 0): boolean =>
  x >= rect.x - margin &&
  y >= rect.y - margin &&
  x <= rect.x + rect.width + margin &&
  y <= rect.y + rect.height + margin;

export const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high);

export const clampPoint = ([x, y]: ImagePoint, size: Size): ImagePoint =>
  imagePoint(clamp(x, 0, size.width), clamp(y, 0, size.height));

/** Clips a rectangle to a picture of `size`; null if nothing of it lies inside. */
export function clipToSize(rect: Rect, size: Size): Rect | null {
  const x = clamp(rect.x, 0, size.width);
  const y = clamp(rect.y, 0, size.height);
  const width = clamp(rect.x + rect.width, 0, size.width) - x;
  const height = clamp(rect.y + rect.height, 0, size.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

/** Moves a rectangle, stopping at the picture's edges; its size is kept. */
export const moveWithin = (rect: Rect, dx: number, dy: number, size: Size): Rect => ({
  ...rect,
  x: clamp(rect.x + dx, 0, Math.max(0, size.width - rect.width)),
  y: clamp(rect.y + dy, 0, Math.max(0, size.height - rect.height)),
});

/**
 * The corners of a rectangle turned clockwise by `degrees` about its centre, clockwise from the one that was top left
 * before.
 */
export function turnedCorners(rect: Rect, degrees: number): readonly ImagePoint[] {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [halfWidth, halfHeight] = [rect.width / 2, rect.height / 2];
  const [centreX, centreY] = [rect.x + halfWidth, rect.y + halfHeight];
  return [
    [-halfWidth, -halfHeight],
    [halfWidth, -halfHeight],
    [halfWidth, halfHeight],
    [-halfWidth, halfHeight],
  ].map(([dx = 0, dy = 0]) => imagePoint(centreX + dx * cos - dy * sin, centreY + dx * sin + dy * cos));
}

/** The smallest upright rectangle around any number of points. */
export function enclosing(points: Iterable<readonly [x: number, y: number]>): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The upright rectangle around a turned one. */
export const turnedBounds = (rect: Rect, degrees: number): Rect =>
  degrees === 0
    ? { x: rect.x, y: rect.y, width: rect.width, height: rect.height }
    : enclosing(turnedCorners(rect, degrees));
