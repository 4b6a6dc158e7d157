import type { Rect } from '../geometry';
import { operationsOf, type Region } from '../region';
import { isSameBox } from '../regions/box';
import type { BoxCollector } from './columns';

/** Counts of ground truth boxes that were accepted from the evaluated model's own predictions. */
export interface Accepted {
  /** Ground truth boxes that equal a box of this model. */
  readonly asSaid: number;
  /** Ground truth boxes that were accepted from a box of this model and changed since. */
  readonly changed: number;
}

/**
 * Whether a ground truth box was accepted from the evaluated model's predictions of the picture, unchanged or changed.
 * A region does not store its model, but it keeps the score of the box that it was accepted from; score and position
 * together identify the box.
 */
export function acceptedFrom(
  region: Region,
  predictions: BoxCollector,
  picture: number,
): keyof Accepted | null {
  const { origin, score } = region;
  if (origin === 'manual' || score === null) return null;
  const bounds = operationsOf(region).bounds(region);
  if (origin === 'prediction')
    return predictions.holds(picture, (box) => box.score === score && isSameBox(box, bounds, NEAR_PX))
      ? 'asSaid'
      : null;
  return predictions.holds(picture, (box) => box.score === score && touches(box, bounds)) ? 'changed' : null;
}

/** In pixels: the rounding error of clipping a box or writing it to a file. */
const NEAR_PX = 1e-3;

const touches = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
