import { BoxGrid } from './box-grid';
import type { Candidates } from './candidates';
import { suppressTurned } from './suppress-turned';

/**
 * Non-maximum suppression (NMS), class by class. Returns the indices of the candidates that stay, by descending
 * score; equal scores keep their order. A box is removed if its intersection over union with a stronger box of its
 * class exceeds `iouThreshold`.
 */
export function suppress(candidates: Candidates, iouThreshold: number, maxDetections: number): Int32Array {
  const order = byDescendingScore(candidates);
  if (candidates.angles !== null) return suppressTurned(candidates, order, iouThreshold, maxDetections);
  const kept = new Int32Array(Math.min(maxDetections, order.length));
  const grid = new BoxGrid(candidates, iouThreshold);
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

/** Exceeds every candidate's index: 32 bits of a score and 21 bits of an index fit the 53 bits of a number. */
const INDICES = 2 ** 21;

/**
 * Sorts numbers instead of calling a comparison, which is many times faster: the bits of a positive float rise with
 * its value, and the candidate's index in the lower bits orders equal scores.
 */
function byDescendingScore({ count, scores }: Candidates): Int32Array {
  const positive = new Float32Array(count);
  for (let at = 0; at < count; at += 1) positive[at] = Math.max(0, scores[at]!);
  const bits = new Uint32Array(positive.buffer);
  const keys = new Float64Array(count);
  for (let at = 0; at < count; at += 1) keys[at] = bits[at]! * INDICES + (INDICES - 1 - at);
  keys.sort();
  const order = new Int32Array(count);
  for (let at = 0; at < count; at += 1) order[at] = INDICES - 1 - (keys[count - 1 - at]! % INDICES);
  return order;
}
