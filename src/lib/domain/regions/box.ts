import { area, clamp, clipToSize, contains, moveWithin, type Rect, type Size } from '../geometry';
import { imagePoint } from '../ids';
import { uprightBox } from '../stored-pixels';
import type { RegionBase, RegionOperations } from './base';
import { clipTurned } from './clip-turned';
import { isLongEnough, MIN_BOX_SIDE, resizeBox, type BoxHandle } from './resize-box';
import {
  aroundCentre,
  boundsOf,
  fitsIn,
  centreOf,
  cornersOf,
  cosSin,
  isInside,
  moveInside,
  normalizeDegrees,
  boundsSizeOf,
  turnPoint,
  type TurnedRect,
} from './turned';

/**
 * A box in pixels of the upright picture. x, y, width and height describe the box before it is rotated about its
 * centre; the rotated box lies inside the picture completely.
 */
export interface BoxRegion extends RegionBase, Rect {
  readonly kind: 'box';
  /** Degrees, clockwise on the screen, about the box's centre: 0 <= rotation < 360. */
  readonly rotation: number;
  /** COCO's `area` in square pixels, if a file gave one that differs from the box's own. See `areaOf`. */
  readonly segmentArea?: number;
  /**
   * width * height of the box that `segmentArea` was given for; once the box has another size, `segmentArea` no longer
   * applies.
   */
  readonly segmentBoxArea?: number;
}

/** The area in square pixels: the area that a file gave for a box of this size, otherwise the box's own. */
export function areaOf({ width, height, segmentArea, segmentBoxArea }: BoxRegion): number {
  const own = width * height;
  if (segmentArea === undefined || segmentBoxArea === undefined) return own;
  return isNearly(own, segmentBoxArea) ? segmentArea : own;
}

/** The fields of a box that store the area a file gave; empty if it equals the box's own area. */
export function givenArea(
  { width, height }: Rect,
  given: number | null,
): Pick<BoxRegion, 'segmentArea' | 'segmentBoxArea'> {
  const own = width * height;
  if (given === null || given < 0 || isNearly(given, own)) return {};
  return { segmentArea: given, segmentBoxArea: own };
}

/** Whether two numbers are equal up to the rounding error of a sum or product. */
const isNearly = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b));

/** The eight handles of a box, named by the compass directions of the unrotated box. */
export const BOX_HANDLES: readonly BoxHandle[] = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];

/** Direction in which each handle is dragged, in degrees clockwise from the unrotated box's upper side. */
const HANDLE_DIRECTIONS_DEG: Readonly<Record<BoxHandle, number>> = {
  n: 0,
  ne: 45,
  e: 90,
  se: 135,
  s: 180,
  sw: 225,
  w: 270,
  nw: 315,
};

/** Whether two boxes have the same place, within `tolerance` in every number; an upright box may omit `rotation`. */
export const isSameBox = (a: Rect & Rotation, b: Rect & Rotation, tolerance = 0): boolean =>
  SIDES.every((side) => Math.abs(a[side] - b[side]) <= tolerance) &&
  Math.abs((a.rotation ?? 0) - (b.rotation ?? 0)) <= tolerance;

interface Rotation {
  readonly rotation?: number;
}
const SIDES = ['x', 'y', 'width', 'height'] as const;

export const BOX_OPERATIONS: RegionOperations<BoxRegion> = {
  bounds: boundsOf,
  area,
  objectArea: areaOf,
  contains: (box, at, margin) =>
    contains(box, box.rotation === 0 ? at : turnPoint(at, centreOf(box), -box.rotation), margin),
  equals: isSameBox,
  offset: (from, to, tolerance) =>
    isSameBox(from, { ...to, x: from.x, y: from.y }, tolerance) ? [to.x - from.x, to.y - from.y] : null,
  placeKey: (box) => {
    const { x, y, width, height } = boundsOf(box);
    return [x, y, width, height, box.rotation].map((number) => Math.round(number * 1000)).join();
  },
  translate: (box, dx, dy, size) => {
    if (box.rotation === 0) return { ...box, ...moveWithin(box, dx, dy, size) };
    const bounds = boundsOf(box);
    const moved = moveWithin(bounds, dx, dy, size);
    return { ...box, x: box.x + moved.x - bounds.x, y: box.y + moved.y - bounds.y };
  },
  clip: (box, size) => {
    if (box.rotation !== 0) return clipTurned(box, size);
    const rect = clipToSize(box, size);
    return rect && { ...box, ...rect };
  },
  clampToImage: clampBox,
  handles: (box) =>
    BOX_HANDLES.map((name) => {
      const [x, y] = handlePoint(box, name);
      return { name, at: imagePoint(x, y), directionDeg: HANDLE_DIRECTIONS_DEG[name] + box.rotation };
    }),
  resize: (box, handle, to, size, how) => resizeBox(box, handle as BoxHandle, to, size, how),
  insertVertex: null,
  removeVertex: null,
  angle: ({ rotation }) => rotation,
  rotate: rotateBox,
  grow: growBox,
  scale: scaleBox,
  upright: uprightBox,
  forgetFile: ({ segmentArea: _area, segmentBoxArea: _box, ...box }) => box,
  trace: (box, pen) => {
    if (box.rotation === 0) pen.rect(box);
    else pen.polygon(cornersOf(box));
  },
};

/** The position of a handle on a box, in image pixels. */
export function handlePoint(
  box: Rect & { readonly rotation?: number },
  handle: BoxHandle,
): readonly [x: number, y: number] {
  const x = handle.includes('w') ? box.x : handle.includes('e') ? box.x + box.width : box.x + box.width / 2;
  const y = handle.includes('n') ? box.y : handle.includes('s') ? box.y + box.height : box.y + box.height / 2;
  return box.rotation ? turnPoint(imagePoint(x, y), centreOf(box), box.rotation) : [x, y];
}

/**
 * Rotates a box about its centre to an angle. If it would leave the picture it is moved inside, and if no move helps
 * the rotation stops at the last angle on the way that fits.
 */
export function rotateBox(box: BoxRegion, degrees: number, size: Size): BoxRegion {
  const at = (angle: number): BoxRegion => ({ ...box, rotation: normalizeDegrees(angle) });
  const fits = (angle: number): boolean => fitsIn(at(angle), size);
  if (fits(degrees)) return moveInside(at(degrees), size);
  if (!fits(box.rotation)) return box;
  const way = normalizeDegrees(degrees - box.rotation + 180) - 180;
  let good = 0;
  while (fits(box.rotation + good + Math.sign(way))) good += Math.sign(way);
  for (let step = Math.sign(way) / 2; Math.abs(step) > FINEST_DEG; step /= 2)
    if (fits(box.rotation + good + step)) good += step;
  return moveInside(at(box.rotation + good), size);
}

/** Precision, in degrees, of the last angle that fits. */
const FINEST_DEG = 1e-3;

/** Scales a rotated box by two factors. The exact result is no rectangle, so the sides keep their scaled directions. */
export function scaleBox<Box extends TurnedRect>(box: Box, x: number, y: number): Box {
  const [cos, sin] = cosSin(box.rotation);
  const [centreX, centreY] = centreOf(box);
  const width = box.width * Math.hypot(cos * x, sin * y);
  const height = box.height * Math.hypot(sin * x, cos * y);
  const rotation = x === y ? box.rotation : normalizeDegrees((Math.atan2(sin * y, cos * x) / Math.PI) * 180);
  return { ...box, ...aroundCentre(imagePoint(centreX * x, centreY * y), width, height), rotation };
}

/** Extends a box by dx and dy at its right and lower side (before rotation), as far as the picture allows. */
function growBox(box: BoxRegion, dx: number, dy: number, size: Size): BoxRegion {
  const wider = dx === 0 ? box : withEdge(box, 'e', Math.max(MIN_BOX_SIDE, box.width + dx), size);
  return dy === 0 ? wider : withEdge(wider, 's', Math.max(MIN_BOX_SIDE, wider.height + dy), size);
}

function withEdge(box: BoxRegion, handle: 'e' | 's', length: number, size: Size): BoxRegion {
  const [centreX, centreY] = centreOf(box);
  const to = handle === 'e' ? imagePoint(box.x + length, centreY) : imagePoint(centreX, box.y + length);
  return resizeBox(box, handle, turnPoint(to, centreOf(box), box.rotation), size, {});
}

/**
 * The nearest valid box: sides of at least MIN_BOX_SIDE, made smaller if the picture is too small for it, and moved
 * inside. A valid box is returned unchanged.
 */
function clampBox(box: BoxRegion, size: Size): BoxRegion {
  const rotation = normalizeDegrees(box.rotation);
  const most = Math.max(MIN_BOX_SIDE, size.width, size.height);
  const side = (length: number): number =>
    isLongEnough(length) && length <= most ? length : clamp(length, MIN_BOX_SIDE, most);
  const [width, height] = [side(box.width), side(box.height)];
  const isValid = rotation === box.rotation && width === box.width && height === box.height;
  if (isValid && isInside(box, size)) return box;
  return moveInside(smallEnough({ ...box, width, height, rotation }, size), size);
}

function smallEnough(box: BoxRegion, size: Size): BoxRegion {
  if (box.rotation === 0)
    return {
      ...box,
      width: Math.min(box.width, Math.max(MIN_BOX_SIDE, size.width)),
      height: Math.min(box.height, Math.max(MIN_BOX_SIDE, size.height)),
    };
  // A thin box cannot become thinner than a pixel: then only its length shrinks, a little more in each step.
  let fitting = box;
  for (let round = 0; round < 8 && !fitsIn(fitting, size); round += 1) {
    const span = boundsSizeOf(fitting);
    const share = Math.min(size.width / span.width, size.height / span.height);
    const [width, height] = [fitting.width * share, fitting.height * share].map((side) =>
      Math.max(MIN_BOX_SIDE, side),
    ) as [number, number];
    const [x, y] = centreOf(fitting);
    fitting = { ...fitting, x: x - width / 2, y: y - height / 2, width, height };
  }
  return fitsIn(fitting, size) ? fitting : smallEnough({ ...fitting, rotation: 0 }, size);
}
