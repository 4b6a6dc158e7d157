import { clamp, type Rect, type Size } from '../geometry';
import type { ImagePoint } from '../ids';
import type { Resizing } from './base';
import { aroundCentre, centreOf, cornersOf, turnPoint, type TurnedRect } from './turned';

export type BoxHandle = 'nw' | 'n' | 'ne' | 'e' | 'se' | 's' | 'sw' | 'w';

/** The smallest side of a box, in image pixels: torchvision refuses boxes without area. */
export const MIN_BOX_SIDE = 1;

/** Whether a side is long enough, allowing for rounding errors of sums. */
export const isLongEnough = (length: number): boolean => length >= MIN_BOX_SIDE - 1e-9;

/**
 * The box with the edges that `handle` holds moved to `to`; every other edge keeps its exact number. An edge dragged
 * over the opposite one flips the box instead of making its size negative.
 */
export function resizeBox<Box extends TurnedRect>(
  box: Box,
  handle: BoxHandle,
  to: ImagePoint,
  size: Size,
  how: Resizing = {},
): Box {
  if (how.keepsRatio) return { ...box, ...scaled(box, handle, to, size, how.isAboutCentre === true) };
  return {
    ...box,
    ...(box.rotation === 0
      ? resizedUpright(box, handle, to, size, how)
      : resizedTurned(box, handle, to, size, how)),
  };
}

/** One axis of a box: its start and end, and the end that is dragged: -1 the low one, 1 the high one, 0 none. */
interface Axis {
  readonly low: number;
  readonly high: number;
  readonly holds: -1 | 0 | 1;
}

const axesOf = ({ x, y, width, height }: Rect, handle: BoxHandle): readonly [Axis, Axis] => [
  { low: x, high: x + width, holds: handle.includes('w') ? -1 : handle.includes('e') ? 1 : 0 },
  { low: y, high: y + height, holds: handle.includes('n') ? -1 : handle.includes('s') ? 1 : 0 },
];

function resizedUpright(box: Rect, handle: BoxHandle, to: ImagePoint, size: Size, how: Resizing): Rect {
  const [across, down] = axesOf(box, handle);
  const pull = how.isAboutCentre ? dragEndAboutCentre : dragEnd;
  const [x, width] = across.holds === 0 ? [box.x, box.width] : pull(across, to[0], size.width);
  const [y, height] = down.holds === 0 ? [box.y, box.height] : pull(down, to[1], size.height);
  return { x, y, width, height };
}

/** Moves the dragged end to `to`, at least MIN_BOX_SIDE from the other end and within 0..limit. */
function dragEnd(
  { low, high, holds }: Axis,
  to: number,
  limit: number,
): readonly [start: number, length: number] {
  const fixed = holds < 0 ? high : low;
  const held = clamp(to, 0, limit);
  const side = held === fixed ? holds : Math.sign(held - fixed);
  const far = Math.abs(held - fixed) < MIN_BOX_SIDE ? fixed + side * MIN_BOX_SIDE : held;
  const kept = far < 0 || far > limit ? fixed - side * MIN_BOX_SIDE : far;
  return [Math.min(fixed, kept), Math.abs(kept - fixed)];
}

/** Moves both ends to the distance of `to` from the middle, until the first reaches 0 or `limit`. */
function dragEndAboutCentre(
  { low, high }: Axis,
  to: number,
  limit: number,
): readonly [start: number, length: number] {
  const middle = (low + high) / 2;
  const most = Math.max(MIN_BOX_SIDE / 2, Math.min(middle, limit - middle));
  const half = clamp(Math.abs(to - middle), MIN_BOX_SIDE / 2, most);
  return [middle - half, 2 * half];
}

/**
 * Resizes in the box's own unrotated frame, one axis after the other, each as far as all corners stay in the picture.
 */
function resizedTurned(box: TurnedRect, handle: BoxHandle, to: ImagePoint, size: Size, how: Resizing): Rect {
  const about = centreOf(box);
  const own = turnPoint(to, about, -box.rotation);
  const cornersInPicture = (rect: Rect) =>
    cornersOf({ ...rect, rotation: 0 }).map((corner) => turnPoint(corner, about, box.rotation));
  let now: Rect = box;
  for (const [at, axis] of axesOf(box, handle).entries()) {
    if (axis.holds === 0) continue;
    const [low, high] = dragBothEnds(axis, own[at]!, how.isAboutCentre === true);
    const onTheWay = (part: number): Rect =>
      withAxis(now, at, axis.low + (low - axis.low) * part, axis.high + (high - axis.high) * part);
    const part = largestFraction((share) => cornersInPicture(onTheWay(share)), size);
    const next = onTheWay(part);
    if (isLongEnough(Math.abs(next.width)) && isLongEnough(Math.abs(next.height))) now = normalized(next);
  }
  return fromFrame(now, box);
}

/** The two ends without sorting, so that the path from their old positions is a straight line. */
function dragBothEnds(
  { low, high, holds }: Axis,
  to: number,
  isAboutMiddle: boolean,
): readonly [number, number] {
  if (isAboutMiddle) {
    const middle = (low + high) / 2;
    const half = Math.max(MIN_BOX_SIDE / 2, Math.abs(to - middle));
    return [middle - half, middle + half];
  }
  const fixed = holds < 0 ? high : low;
  const side = to === fixed ? holds : Math.sign(to - fixed);
  const held = Math.abs(to - fixed) < MIN_BOX_SIDE ? fixed + side * MIN_BOX_SIDE : to;
  return holds < 0 ? [held, high] : [low, held];
}

/** Converts a box from the unrotated frame of another box, whose centre is the origin of the rotation. */
const fromFrame = (rect: Rect, frame: TurnedRect): TurnedRect => ({
  ...aroundCentre(turnPoint(centreOf(rect), centreOf(frame), frame.rotation), rect.width, rect.height),
  rotation: frame.rotation,
});

/** Sets one axis to a range of numbers; the length is negative if the ends have swapped. */
const withAxis = (rect: Rect, at: number, from: number, to: number): Rect =>
  at === 0 ? { ...rect, x: from, width: to - from } : { ...rect, y: from, height: to - from };

const normalized = ({ x, y, width, height }: Rect): Rect => ({
  x: Math.min(x, x + width),
  y: Math.min(y, y + height),
  width: Math.abs(width),
  height: Math.abs(height),
});

/** Scales the whole box about the side or corner opposite to the dragged one, or about the centre. */
function scaled(
  box: TurnedRect,
  handle: BoxHandle,
  to: ImagePoint,
  size: Size,
  isAboutCentre: boolean,
): Rect {
  const axes = axesOf(box, handle);
  const own = turnPoint(to, centreOf(box), -box.rotation);
  const anchor = axes.map(({ low, high, holds }) =>
    isAboutCentre || holds === 0 ? (low + high) / 2 : holds < 0 ? high : low,
  ) as [number, number];
  const shares = axes.flatMap(({ low, high, holds }, at) => {
    const held = holds < 0 ? low : high;
    return holds === 0 ? [] : [(own[at]! - anchor[at]!) / (held - anchor[at]!)];
  });
  const smallest = Math.min(1, MIN_BOX_SIDE / Math.min(box.width, box.height));
  const wanted = Math.max(smallest, ...shares);
  const sized = (share: number): TurnedRect =>
    fromFrame(
      {
        x: anchor[0] + (box.x - anchor[0]) * share,
        y: anchor[1] + (box.y - anchor[1]) * share,
        width: box.width * share,
        height: box.height * share,
      },
      box,
    );
  const part = largestFraction((share) => cornersOf(sized(1 + (wanted - 1) * share)), size);
  return sized(1 + (wanted - 1) * part);
}

/** The fraction, 0..1, of a straight path that the corners can move before the first of them leaves the picture. */
function largestFraction(at: (part: number) => readonly ImagePoint[], size: Size): number {
  const [from, to] = [at(0), at(1)];
  let part = 1;
  const limit = (start: number, end: number, most: number): void => {
    if (end > most && end > start) part = Math.min(part, Math.max(0, (most - start) / (end - start)));
    if (end < 0 && end < start) part = Math.min(part, Math.max(0, start / (start - end)));
  };
  for (const [corner, [x, y]] of from.entries()) {
    limit(x, to[corner]![0], size.width);
    limit(y, to[corner]![1], size.height);
  }
  return part;
}
