import { BoxGrid } from './box-grid';
import type { Candidates } from './candidates';
import { suppressTurned } from './suppress-turned';

/**
 * Non-maximum suppression, class by class: the numbers of the candidates that stay, in order of falling score,
 * equal scores in the order they came. A box goes where it covers a stronger one of its class by more than
 * `overlap` (intersection over union).
 */
export function suppress(candidates: Candidates, overlap: number, most: number): Int32Array {
  const order = byFallingScore(candidates);
  if (candidates.angles !== null) return suppressTurned(candidates, order, overlap, most);
  const kept = new Int32Array(Math.min(most, order.length));
  const grid = new BoxGrid(candidates, overlap);
  let count = 0;
  for (const candidate of order) {
    if (count === kept.length) break;
    if (grid.covers(candidate)) continue;
    grid.add(candidate);
    kept[count] = candidate;
    count += 1;
  }
  return kept.subarray(0, count);
}

/** More than a candidate's number can be: together with a score's 32 bits it fits a number's 53. */
const PLACES = 2 ** 21;

/**
 * Numbers sort many times faster than a comparison is called: a positive float's bits rise with its value, and
 * the candidate's number below them settles equal scores.
 */
function byFallingScore({ count, scores }: Candidates): Int32Array {
  const positive = new Float32Array(count);
  for (let at = 0; at < count; at += 1) positive[at] = Math.max(0, scores[at]!);
  const bits = new Uint32Array(positive.buffer);
  const keys = new Float64Array(count);
  for (let at = 0; at < count; at += 1) keys[at] = bits[at]! * PLACES + (PLACES - 1 - at);
  keys.sort();
  const order = new Int32Array(count);
  for (let at = 0; at < count; at += 1) order[at] = PLACES - 1 - (keys[count - 1 - at]! % PLACES);
  return order;
}
