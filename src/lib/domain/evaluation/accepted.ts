import type { Rect } from '../geometry';
import type { Region } from '../region';
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
  if (origin === 'prediction')
    return predictions.holds(picture, (box) => box.score === score && isSame(box, region)) ? 'asSaid' : null;
  return predictions.holds(picture, (box) => box.score === score && touches(box, region)) ? 'changed' : null;
}

/** In pixels: what is lost where a box was clipped or written to a file between. */
const NEAR = 1e-3;

const isSame = (a: Rect, b: Rect): boolean =>
  Math.abs(a.x - b.x) <= NEAR &&
  Math.abs(a.y - b.y) <= NEAR &&
  Math.abs(a.width - b.width) <= NEAR &&
  Math.abs(a.height - b.height) <= NEAR;

const touches = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
