import type { BoxColumns } from '$lib/domain/evaluation/columns';
import type { WrongKind } from '$lib/domain/evaluation/wrong-boxes';
import type { Rect, Size } from '$lib/domain/geometry';
import type { Evaluation } from '$lib/services/evaluation/contract';

/** A wrong box, with its ground truth and its prediction. */
export interface WrongBox {
  readonly kind: WrongKind;
  /** Index in the ground truth boxes for missed boxes, otherwise in the predicted ones. */
  readonly place: number;
  /** Number of the task. */
  readonly number: number;
  /** Null if there is no ground truth box. */
  readonly truth: (Rect & { readonly label: number }) | null;
  /** Null if there is no predicted box. */
  readonly found: (Rect & { readonly label: number; readonly score: number }) | null;
  /** Intersection over union (IoU) of both boxes, 0..1. */
  readonly iou: number;
}

export function wrongBoxAt(
  { truth, found, verdicts, numbers }: Evaluation,
  kind: WrongKind,
  place: number,
): WrongBox {
  const isMissed = kind === 'missed';
  const partner = isMissed ? place : verdicts.partner[place]!;
  return {
    kind,
    place,
    number: numbers[pictureOf(isMissed ? truth : found, place)]!,
    truth: partner === -1 ? null : boxAt(truth, partner),
    found: isMissed ? null : { ...boxAt(found, place), score: found.score[place]! },
    iou: isMissed ? 0 : verdicts.iou[place]!,
  };
}

const boxAt = ({ x, y, width, height, label }: BoxColumns, at: number) => ({
  x: x[at]!,
  y: y[at]!,
  width: width[at]!,
  height: height[at]!,
  label: label[at]!,
});

/** Index of a box's picture (binary search): the last one that starts at or before the box. */
function pictureOf({ starts }: BoxColumns, place: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= place) low = middle;
    else high = middle;
  }
  return low;
}

/** Smallest crop, in image pixels: a crop needs some surroundings. */
const LEAST_CROP = 48;
const ROOM_AROUND = 0.35;

/**
 * The part of a picture to show for boxes, with a margin, inside the picture where possible. `ratio` is width /
 * height.
 */
export function cropAround(boxes: readonly Rect[], size: Size, ratio: number): Rect {
  const left = Math.min(...boxes.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  const room = Math.max(right - left, bottom - top) * ROOM_AROUND * 2;
  const height = Math.max(bottom - top + room, (right - left + room) / ratio, LEAST_CROP);
  const crop = { width: height * ratio, height };
  const along = (middle: number, length: number, whole: number): number =>
    length >= whole ? (whole - length) / 2 : Math.min(Math.max(middle - length / 2, 0), whole - length);
  return {
    ...crop,
    x: along((left + right) / 2, crop.width, size.width),
    y: along((top + bottom) / 2, crop.height, size.height),
  };
}
