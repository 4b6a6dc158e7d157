import type { Boxes } from './box-deltas';

/** Numbers of the values from the highest to the lowest; of equal ones the earlier first. */
export const fallingOrder = (values: ArrayLike<number>): Uint32Array =>
  Uint32Array.from({ length: values.length }, (_, at) => at).sort((a, b) => values[b]! - values[a]! || a - b);

/**
 * Which boxes are left when each drops all weaker ones that overlap it by more than `most` (intersection over union),
 * strongest first. In float32, as torchvision does it, so that boxes at the edge fall on the same side.
 */
export function suppressBoxes(boxes: Boxes, scores: ArrayLike<number>, most: number): number[] {
  const { fround, max, min } = Math;
  const order = fallingOrder(scores);
  const areas = Float32Array.from({ length: scores.length }, (_, box) =>
    fround(fround(boxes[box * 4 + 2]! - boxes[box * 4]!) * fround(boxes[box * 4 + 3]! - boxes[box * 4 + 1]!)),
  );
  const isDropped = new Uint8Array(scores.length);
  const kept: number[] = [];
  for (const [rank, box] of order.entries()) {
    if (isDropped[box] === 1) continue;
    kept.push(box);
    const at = box * 4;
    const [left, top, right, bottom] = [boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!];
    for (let next = rank + 1; next < order.length; next += 1) {
      const other = order[next]!;
      if (isDropped[other] === 1) continue;
      const width = fround(min(right, boxes[other * 4 + 2]!) - max(left, boxes[other * 4]!));
      const height = fround(min(bottom, boxes[other * 4 + 3]!) - max(top, boxes[other * 4 + 1]!));
      if (width <= 0 || height <= 0) continue;
      const shared = fround(width * height);
      if (fround(shared / fround(fround(areas[box]! + areas[other]!) - shared)) > most) isDropped[other] = 1;
    }
  }
  return kept;
}
