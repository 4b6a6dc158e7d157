import type { Boxes } from './box-deltas';

/** The maps `p2`..`p5` that boxes are cut from. */
const FINEST = 2;
const COARSEST = 5;
/** A box of this side, in pixels, belongs to the map of this number. */
const USUAL_SIDE = 224;
const USUAL_LEVEL = 4;

/** From 0 for `p2` to 3 for `p5`: the map whose cells suit the box's size. In float32, as torchvision does it. */
export function poolLevel(boxes: Boxes, at: number): number {
  const { fround, floor, log2, min, max, sqrt } = Math;
  const area = fround(fround(boxes[at + 2]! - boxes[at]!) * fround(boxes[at + 3]! - boxes[at + 1]!));
  const steps = fround(log2(fround(fround(sqrt(area)) / USUAL_SIDE)));
  const level = floor(fround(fround(USUAL_LEVEL + steps) + fround(1e-6)));
  return max(FINEST, min(COARSEST, level)) - FINEST;
}

/** For each map the numbers of its boxes, in their order; a map can have none. */
export function byPoolLevel(boxes: Boxes): readonly (readonly number[])[] {
  const levels: number[][] = Array.from({ length: COARSEST - FINEST + 1 }, () => []);
  for (let box = 0; box < boxes.length / 4; box += 1) levels[poolLevel(boxes, box * 4)]!.push(box);
  return levels;
}
