import type { Rect } from '../geometry';
import { operationsOf, type Region } from '../region';
import { isSameBox } from '../regions/box';
import type { BoxCollector } from './columns';

/** How much of the truth is the judged model's own word. */
export interface Accepted {
  /** True boxes that are boxes of this model, as it said them. */
  readonly asSaid: number;
  /** True boxes that are boxes of this model, changed since. */
  readonly changed: number;
}

/**
 * Whether a true box came from what the judged model said of the picture: as it was said, or changed. A region does
 * not name its model; it keeps the score of the box that it was accepted from, which together with its place tells.
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

/** In pixels: what is lost where a box was clipped or written to a file between. */
const NEAR_PX = 1e-3;

const touches = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
