import type { Candidates } from './candidates';

/**
 * Non-maximum suppression, class by class: the numbers of the candidates that stay, in order of falling score,
 * equal scores in the order they came. A box goes where it covers a stronger one of its class by more than
 * `overlap` (intersection over union).
 */
export function suppress(candidates: Candidates, overlap: number, most: number): Int32Array {
  const { boxes, classes } = candidates;
  const order = byFallingScore(candidates);
  const kept = new Int32Array(Math.min(most, order.length));
  // What stayed of one class is a chain from its newest to its oldest box; coordinates lie side by side.
  const corners = new Float32Array(kept.length * 4);
  const areas = new Float32Array(kept.length);
  const before = new Int32Array(kept.length);
  const newest = new Map<number, number>();
  let count = 0;
  for (const candidate of order) {
    if (count === kept.length) break;
    const at = candidate * 4;
    const left = boxes[at]!;
    const top = boxes[at + 1]!;
    const right = boxes[at + 2]!;
    const bottom = boxes[at + 3]!;
    const area = Math.max(0, right - left) * Math.max(0, bottom - top);
    const first = newest.get(classes[candidate]!) ?? -1;
    let other = first;
    for (; other >= 0; other = before[other]!) {
      const corner = other * 4;
      const width = Math.min(right, corners[corner + 2]!) - Math.max(left, corners[corner]!);
      if (width <= 0) continue;
      const height = Math.min(bottom, corners[corner + 3]!) - Math.max(top, corners[corner + 1]!);
      if (height <= 0) continue;
      const common = width * height;
      if (common > overlap * (area + areas[other]! - common)) break;
    }
    if (other >= 0) continue;
    kept[count] = candidate;
    corners[count * 4] = left;
    corners[count * 4 + 1] = top;
    corners[count * 4 + 2] = right;
    corners[count * 4 + 3] = bottom;
    areas[count] = area;
    before[count] = first;
    newest.set(classes[candidate]!, count);
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
  const bits = new Uint32Array(
    Float32Array.from(scores.subarray(0, count), (score) => Math.max(0, score)).buffer,
  );
  const keys = new Float64Array(count);
  for (let at = 0; at < count; at += 1) keys[at] = bits[at]! * PLACES + (PLACES - 1 - at);
  keys.sort();
  const order = new Int32Array(count);
  for (let at = 0; at < count; at += 1) order[at] = PLACES - 1 - (keys[count - 1 - at]! % PLACES);
  return order;
}
