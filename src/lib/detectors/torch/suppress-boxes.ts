import type { Boxes } from './box-deltas';

/** The indices of the values by descending value; equal values keep their order. */
export const descendingOrder = (values: ArrayLike<number>): Uint32Array =>
  Uint32Array.from({ length: values.length }, (_, at) => at).sort((a, b) => values[b]! - values[a]! || a - b);

/**
 * Non-maximum suppression: a box is removed if its intersection over union with a stronger box exceeds
 * `iouThreshold`. Keeps at most `count` boxes. Computed in float32, as in torchvision, so that boxes at the
 * threshold are decided alike.
 */
export function suppressBoxes(
  boxes: Boxes,
  scores: ArrayLike<number>,
  iouThreshold: number,
  count = Infinity,
): number[] {
  const { fround } = Math;
  const order = descendingOrder(scores);
  const [lefts, tops, rights, bottoms, areas] = inOrder(boxes, order);
  const isDropped = new Uint8Array(order.length);
  const kept: number[] = [];
  for (let rank = 0; rank < order.length && kept.length < count; rank += 1) {
    if (isDropped[rank] === 1) continue;
    kept.push(order[rank]!);
    const [left, top, right, bottom, area] = [
      lefts[rank]!,
      tops[rank]!,
      rights[rank]!,
      bottoms[rank]!,
      areas[rank]!,
    ];
    for (let next = rank + 1; next < order.length; next += 1) {
      if (isDropped[next] === 1) continue;
      const width = fround(smaller(right, rights[next]!) - larger(left, lefts[next]!));
      if (width <= 0) continue;
      const height = fround(smaller(bottom, bottoms[next]!) - larger(top, tops[next]!));
      if (height <= 0) continue;
      const intersection = fround(width * height);
      if (fround(intersection / fround(fround(area + areas[next]!) - intersection)) > iouThreshold)
        isDropped[next] = 1;
    }
  }
  return kept;
}

const smaller = (a: number, b: number): number => (a < b ? a : b);
const larger = (a: number, b: number): number => (a > b ? a : b);

/** Left, top, right, bottom and area of the boxes, in this order. */
function inOrder(boxes: Boxes, order: Uint32Array) {
  const part = (at: number) => Float32Array.from(order, (box) => boxes[box * 4 + at]!);
  const [lefts, tops, rights, bottoms] = [part(0), part(1), part(2), part(3)];
  const areas = Float32Array.from(order, (_, rank) =>
    Math.fround(Math.fround(rights[rank]! - lefts[rank]!) * Math.fround(bottoms[rank]! - tops[rank]!)),
  );
  return [lefts, tops, rights, bottoms, areas] as const;
}
