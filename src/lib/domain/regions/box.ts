import { area, clamp, clipToSize, contains, moveWithin, type Rect, type Size } from '../geometry';
import { imagePoint } from '../ids';
import { uprightBox } from '../stored-pixels';
import type { RegionBase, RegionOperations } from './base';
import { clipTurned } from './clip-turned';
import { isSide, MIN_BOX_SIDE, resizeBox, type BoxHandle } from './resize-box';
import {
  aroundCentre,
  boundsOf,
  canLieIn,
  centreOf,
  cornersOf,
  cosSin,
  isInside,
  movedIn,
  oneTurn,
  spanOf,
  turnPoint,
  type TurnedRect,
} from './turned';

/**
 * A box in pixels of the upright picture. x, y, width and height are the box before it is turned about its
 * centre; turned, all of it lies in the picture.
 */
export interface BoxRegion extends RegionBase, Rect {
  readonly kind: 'box';
  /** Degrees, clockwise on the screen, about the box's centre: 0 <= rotation < 360. */
  readonly rotation: number;
  /** COCO's `area` in square pixels, where a file gave one that is not the box's own. See `areaOf`. */
  readonly segmentArea?: number;
  /** width * height of the box that `segmentArea` was given for; with another size it holds no longer. */
  readonly segmentBoxArea?: number;
}

/** The area in square pixels: the one that a file gave for a box of this size, else the box's own. */
export function areaOf({ width, height, segmentArea, segmentBoxArea }: BoxRegion): number {
  const own = width * height;
  if (segmentArea === undefined || segmentBoxArea === undefined) return own;
  return isNearly(own, segmentBoxArea) ? segmentArea : own;
}

/** The fields of a box that keep the area a file gave; none where it is the box's own. */
export function givenArea(
  { width, height }: Rect,
  given: number | null,
): Pick<BoxRegion, 'segmentArea' | 'segmentBoxArea'> {
  const own = width * height;
  if (given === null || given < 0 || isNearly(given, own)) return {};
  return { segmentArea: given, segmentBoxArea: own };
}

/** Equal but for what a sum or a product of such numbers loses. */
const isNearly = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b));

/** The eight handles of a box, by the compass of the unturned box. */
export const BOX_HANDLES: readonly BoxHandle[] = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];

/** Which way a handle pulls, in degrees clockwise from the unturned box's upper side. */
const PULLS: Readonly<Record<BoxHandle, number>> = {
  n: 0,
  ne: 45,
  e: 90,
  se: 135,
  s: 180,
  sw: 225,
  w: 270,
  nw: 315,
};

/** Whether two boxes lie in the same place, give or take `tolerance` in every number; an upright one may say no rotation. */
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
      return { name, at: imagePoint(x, y), pullsDeg: PULLS[name] + box.rotation };
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

/** Where a handle sits on a box, in image pixels. */
export function handlePoint(
  box: Rect & { readonly rotation?: number },
  handle: BoxHandle,
): readonly [x: number, y: number] {
  const x = handle.includes('w') ? box.x : handle.includes('e') ? box.x + box.width : box.x + box.width / 2;
  const y = handle.includes('n') ? box.y : handle.includes('s') ? box.y + box.height : box.y + box.height / 2;
  return box.rotation ? turnPoint(imagePoint(x, y), centreOf(box), box.rotation) : [x, y];
}

/**
 * Turned about its centre to an angle; where it would stick out of the picture it is moved in, and where no
 * move can help it stops at the last angle on the way that fits.
 */
export function rotateBox(box: BoxRegion, degrees: number, size: Size): BoxRegion {
  const at = (angle: number): BoxRegion => ({ ...box, rotation: oneTurn(angle) });
  const fits = (angle: number): boolean => canLieIn(at(angle), size);
  if (fits(degrees)) return movedIn(at(degrees), size);
  if (!fits(box.rotation)) return box;
  const way = oneTurn(degrees - box.rotation + 180) - 180;
  let good = 0;
  while (fits(box.rotation + good + Math.sign(way))) good += Math.sign(way);
  for (let step = Math.sign(way) / 2; Math.abs(step) > FINEST_DEG; step /= 2)
    if (fits(box.rotation + good + step)) good += step;
  return movedIn(at(box.rotation + good), size);
}

/** A stopped turn is this near to the last angle that fits. */
const FINEST_DEG = 1e-3;

/** A turned box that is scaled by two factors is none any more: its sides keep their directions, as scaled. */
export function scaleBox<Box extends TurnedRect>(box: Box, x: number, y: number): Box {
  const [cos, sin] = cosSin(box.rotation);
  const [centreX, centreY] = centreOf(box);
  const width = box.width * Math.hypot(cos * x, sin * y);
  const height = box.height * Math.hypot(sin * x, cos * y);
  const rotation = x === y ? box.rotation : oneTurn((Math.atan2(sin * y, cos * x) / Math.PI) * 180);
  return { ...box, ...aroundCentre(imagePoint(centreX * x, centreY * y), width, height), rotation };
}

/** Longer by dx and dy at its right and lower side (before it is turned), as far as the picture allows. */
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
 * The nearest valid box: sides of at least MIN_BOX_SIDE, made smaller where the picture is too small for it, and
 * moved in. A box that is right as it is stays itself.
 */
function clampBox(box: BoxRegion, size: Size): BoxRegion {
  const rotation = oneTurn(box.rotation);
  const most = Math.max(MIN_BOX_SIDE, size.width, size.height);
  const side = (length: number): number =>
    isSide(length) && length <= most ? length : clamp(length, MIN_BOX_SIDE, most);
  const [width, height] = [side(box.width), side(box.height)];
  const isValid = rotation === box.rotation && width === box.width && height === box.height;
  if (isValid && isInside(box, size)) return box;
  return movedIn(smallEnough({ ...box, width, height, rotation }, size), size);
}

function smallEnough(box: BoxRegion, size: Size): BoxRegion {
  if (box.rotation === 0)
    return {
      ...box,
      width: Math.min(box.width, Math.max(MIN_BOX_SIDE, size.width)),
      height: Math.min(box.height, Math.max(MIN_BOX_SIDE, size.height)),
    };
  // A thin box cannot become thinner than a pixel: then only its length gives way, a little more each time.
  let fitting = box;
  for (let round = 0; round < 8 && !canLieIn(fitting, size); round += 1) {
    const span = spanOf(fitting);
    const share = Math.min(size.width / span.width, size.height / span.height);
    const [width, height] = [fitting.width * share, fitting.height * share].map((side) =>
      Math.max(MIN_BOX_SIDE, side),
    ) as [number, number];
    const [x, y] = centreOf(fitting);
    fitting = { ...fitting, x: x - width / 2, y: y - height / 2, width, height };
  }
  return canLieIn(fitting, size) ? fitting : smallEnough({ ...fitting, rotation: 0 }, size);
}
