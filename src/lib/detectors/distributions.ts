import type { Candidates } from './candidates';

/**
 * The mean of a distribution over whole numbers of strides, given as logits (distribution focal loss). The result
 * is in strides.
 */
function expected(data: Float32Array, from: number, bins: number): number {
  let top = -Infinity;
  for (let at = from; at < from + bins; at += 1) top = Math.max(top, data[at]!);
  let sum = 0;
  let weighted = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    const share = Math.exp(data[from + bin]! - top);
    sum += share;
    weighted += share * bin;
  }
  return weighted / sum;
}

/**
 * Adds a box that is given by the distances from a point to its left, top, right and bottom, each as logits over
 * `bins` strides. The point is in pixels of the input.
 */
export function addByDistances(
  found: Candidates,
  box: { readonly data: Float32Array; readonly from: number; readonly bins: number },
  at: { readonly x: number; readonly y: number; readonly stride: number },
  score: number,
  classNumber: number,
) {
  const side = (number: number) => expected(box.data, box.from + number * box.bins, box.bins) * at.stride;
  found.addCorners(at.x - side(0), at.y - side(1), at.x + side(2), at.y + side(3), score, classNumber);
}
