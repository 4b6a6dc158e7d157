import type { Boxes } from './box-deltas';

/** A map that box features are pooled from. */
export interface PooledMap {
  readonly name: string;
  /** Pixels of the network's image per cell of the map. */
  readonly stride: number;
}

/** A box with sides of this many pixels belongs to the map whose stride is 2 ** USUAL_LEVEL. */
const USUAL_SIDE = 224;
const USUAL_LEVEL = 4;

/** The index of the map, finest first, that suits the box's size; computed in float32 like in torchvision. */
export function poolLevel(boxes: Boxes, at: number, maps: readonly PooledMap[]): number {
  const { fround, floor, log2, min, max, sqrt } = Math;
  const [finest, coarsest] = [log2(maps[0]!.stride), log2(maps.at(-1)!.stride)];
  const area = fround(fround(boxes[at + 2]! - boxes[at]!) * fround(boxes[at + 3]! - boxes[at + 1]!));
  const steps = fround(log2(fround(fround(sqrt(area)) / USUAL_SIDE)));
  const level = floor(fround(fround(USUAL_LEVEL + steps) + fround(1e-6)));
  return max(finest, min(coarsest, level)) - finest;
}

/** The indices of each map's boxes, in their order; a map may have none. */
export function byPoolLevel(boxes: Boxes, maps: readonly PooledMap[]): readonly (readonly number[])[] {
  const levels: number[][] = maps.map(() => []);
  for (let box = 0; box < boxes.length / 4; box += 1) levels[poolLevel(boxes, box * 4, maps)]!.push(box);
  return levels;
}
