import { type Rect, type Size, area, clamp, clipToSize, contains, moveWithin } from '../geometry';
import type { ImagePoint, LabelId, RegionId } from '../ids';

/** Who drew a region: a person, a model, or a person who changed what a model drew. */
export type RegionOrigin = 'manual' | 'prediction' | 'prediction-changed';

/**
 * A box in pixels of the upright picture. x, y, width and height are the box before it is turned about its
 * centre. `labelId` is null while nobody has said what it is.
 */
export interface BoxRegion extends Rect {
  readonly kind: 'box';
  readonly id: RegionId;
  readonly labelId: LabelId | null;
  readonly origin: RegionOrigin;
  /** Degrees, clockwise on the screen, about the box's centre: 0 <= rotation < 360. */
  readonly rotation: number;
  /** What the model that drew it thought of it, 0..1; null for a box drawn by hand. */
  readonly score: number | null;
  readonly note: string;
  /** Kept from being moved, changed or deleted by accident. */
  readonly isLocked: boolean;
}

/** What a box drawn by hand has beside its place and label. */
export const DRAWN_BY_HAND = {
  origin: 'manual',
  rotation: 0,
  score: null,
  note: '',
  isLocked: false,
} as const satisfies Partial<BoxRegion>;

/** The eight handles of a box, by compass. */
export type BoxHandle = 'nw' | 'n' | 'ne' | 'e' | 'se' | 's' | 'sw' | 'w';
export const BOX_HANDLES: readonly BoxHandle[] = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];

/** The smallest side of a box, in image pixels: torchvision refuses boxes without area. */
export const MIN_BOX_SIDE = 1;

export const boxGeometry = {
  bounds: ({ x, y, width, height }: BoxRegion): Rect => ({ x, y, width, height }),
  area: (box: BoxRegion): number => area(box),
  hit: (box: BoxRegion, at: ImagePoint, margin: number): boolean => contains(box, at, margin),
  translate: (box: BoxRegion, dx: number, dy: number, size: Size): BoxRegion => ({
    ...box,
    ...moveWithin(box, dx, dy, size),
  }),
  clip: (box: BoxRegion, size: Size): BoxRegion | null => {
    const rect = clipToSize(box, size);
    return rect && { ...box, ...rect };
  },
};

/** Where a handle sits on a box, in image pixels. */
export function handlePoint(box: Rect, handle: BoxHandle): readonly [x: number, y: number] {
  const x = handle.includes('w') ? box.x : handle.includes('e') ? box.x + box.width : box.x + box.width / 2;
  const y = handle.includes('n') ? box.y : handle.includes('s') ? box.y + box.height : box.y + box.height / 2;
  return [x, y];
}

/**
 * The box with the edges that `handle` holds at `to`; every other edge keeps its exact number.
 * An edge dragged over the opposite one turns the box over rather than making it negative.
 */
export function resizeBox(box: BoxRegion, handle: BoxHandle, to: ImagePoint, size: Size): BoxRegion {
  const [x, width] = resizeAxis(
    box.x,
    box.width,
    handle.includes('w'),
    handle.includes('e'),
    to[0],
    size.width,
  );
  const [y, height] = resizeAxis(
    box.y,
    box.height,
    handle.includes('n'),
    handle.includes('s'),
    to[1],
    size.height,
  );
  return { ...box, x, y, width, height };
}

/** One axis of a resize: the held edge goes to `to`, no nearer than MIN_BOX_SIDE to the other one. */
function resizeAxis(
  start: number,
  length: number,
  holdsLow: boolean,
  holdsHigh: boolean,
  to: number,
  limit: number,
): readonly [start: number, length: number] {
  if (!holdsLow && !holdsHigh) return [start, length];
  const fixed = holdsLow ? start + length : start;
  const held = clamp(to, 0, limit);
  const side = held === fixed ? (holdsLow ? -1 : 1) : Math.sign(held - fixed);
  const far = Math.abs(held - fixed) < MIN_BOX_SIDE ? fixed + side * MIN_BOX_SIDE : held;
  const kept = far < 0 || far > limit ? fixed - side * MIN_BOX_SIDE : far;
  return [Math.min(fixed, kept), Math.abs(kept - fixed)];
}
