import { clamp, type Rect, type Size } from '../geometry';
import { imagePoint, type ImagePoint } from '../ids';

/** A rectangle rotated about its centre; `rotation` is in degrees, clockwise on the screen. */
export interface TurnedRect extends Rect {
  readonly rotation: number;
}

/** Normalizes an angle in degrees: 0 <= rotation < 360. */
export const normalizeDegrees = (degrees: number): number => {
  if (degrees >= 0 && degrees < 360) return degrees;
  const rest = ((degrees % 360) + 360) % 360;
  return rest === 360 ? 0 : rest;
};

/** Cosine and sine, exact for multiples of 90 degrees, so that a box rotated back to upright equals the original. */
export function cosSin(degrees: number): readonly [cos: number, sin: number] {
  const quarter = normalizeDegrees(degrees) / 90;
  if (Number.isInteger(quarter)) return QUARTERS[quarter]!;
  const radians = (degrees / 180) * Math.PI;
  return [Math.cos(radians), Math.sin(radians)];
}

const QUARTERS: readonly (readonly [number, number])[] = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
];

/** Rotates a point about another one, clockwise on the screen. */
export function turnPoint([x, y]: ImagePoint, [aboutX, aboutY]: ImagePoint, degrees: number): ImagePoint {
  const [cos, sin] = cosSin(degrees);
  const [dx, dy] = [x - aboutX, y - aboutY];
  return imagePoint(aboutX + dx * cos - dy * sin, aboutY + dx * sin + dy * cos);
}

export const centreOf = ({ x, y, width, height }: Rect): ImagePoint =>
  imagePoint(x + width / 2, y + height / 2);

/** The four corners in the picture, clockwise from the upper left one of the unrotated box. */
export function cornersOf(rect: TurnedRect): readonly ImagePoint[] {
  const { x, y, width, height, rotation } = rect;
  const corners = [
    imagePoint(x, y),
    imagePoint(x + width, y),
    imagePoint(x + width, y + height),
    imagePoint(x, y + height),
  ];
  return rotation === 0 ? corners : corners.map((corner) => turnPoint(corner, centreOf(rect), rotation));
}

/** Width and height of the upright rectangle around a rotated one. */
export function boundsSizeOf({ width, height, rotation }: TurnedRect): Size {
  if (rotation === 0) return { width, height };
  const [cos, sin] = cosSin(rotation).map(Math.abs) as [number, number];
  return { width: width * cos + height * sin, height: width * sin + height * cos };
}

/** The upright rectangle around a rotated one. */
export function boundsOf(rect: TurnedRect): Rect {
  const { x, y, width, height, rotation } = rect;
  if (rotation === 0) return { x, y, width, height };
  const [centreX, centreY] = centreOf(rect);
  const span = boundsSizeOf(rect);
  return { x: centreX - span.width / 2, y: centreY - span.height / 2, ...span };
}

/** Whether a rotated rectangle lies completely in a picture of `size`, allowing for rounding errors of sums. */
export function isInside(rect: TurnedRect, size: Size): boolean {
  const { x, y, width, height } = boundsOf(rect);
  return (
    x >= -ROUNDING &&
    y >= -ROUNDING &&
    x + width <= size.width + ROUNDING &&
    y + height <= size.height + ROUNDING
  );
}

/** Whether a rotated rectangle fits anywhere in a picture of `size`. */
export function fitsIn(rect: TurnedRect, size: Size): boolean {
  const { width, height } = boundsSizeOf(rect);
  return width <= size.width + ROUNDING && height <= size.height + ROUNDING;
}

/** In image pixels: far below visible or exported precision, far above the rounding errors of sums. */
const ROUNDING = 1e-6;

/**
 * Moves a rectangle into the picture by the shortest way; if it is too large, its centre is moved as near as possible.
 */
export function moveInside<Turned extends TurnedRect>(rect: Turned, size: Size): Turned {
  const { x, y, width, height } = boundsOf(rect);
  const inAxis = (start: number, length: number, limit: number): number =>
    length > limit ? (limit - length) / 2 - start : clamp(start, 0, limit - length) - start;
  const [dx, dy] = [inAxis(x, width, size.width), inAxis(y, height, size.height)];
  return dx === 0 && dy === 0 ? rect : { ...rect, x: rect.x + dx, y: rect.y + dy };
}

/** A rectangle given by its centre, width and height. */
export const aroundCentre = ([x, y]: ImagePoint, width: number, height: number): Rect => ({
  x: x - width / 2,
  y: y - height / 2,
  width,
  height,
});
