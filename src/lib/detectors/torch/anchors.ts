import type { Size } from '$lib/domain/geometry';
import type { Tensor } from '../detector';

/** The size of a level's map in cells, and its stride in pixels of the network's image. */
export interface LevelMap extends Size {
  readonly strideX: number;
  readonly strideY: number;
}

/**
 * Derives the map from a level's output [1, channels, h, w]; `padded` is the size of the network's image with
 * padding.
 */
export function levelMap({ shape }: Tensor, padded: Size): LevelMap {
  const [height, width] = [shape[2]!, shape[3]!];
  return {
    width,
    height,
    strideX: Math.floor(padded.width / width),
    strideY: Math.floor(padded.height / height),
  };
}

/** The ratios of height to width. */
const RATIOS = [0.5, 1, 2] as const;

/** The anchors of one place of a map, around the origin: left, top, right, bottom of each. */
export type BaseAnchors = Float32Array;

/**
 * One anchor per ratio and side, where `sides` are those of a square, in pixels of the network's image. Corners are
 * rounded to whole pixels.
 */
export function baseAnchors(sides: readonly number[], ratios: readonly number[] = RATIOS): BaseAnchors {
  const { fround, sqrt } = Math;
  return Float32Array.from(
    ratios.flatMap((ratio) =>
      sides.flatMap((side) => {
        const tall = fround(sqrt(ratio));
        const [width, height] = [fround(fround(1 / tall) * side), fround(tall * side)];
        return [-width / 2, -height / 2, width / 2, height / 2].map(roundHalfToEven);
      }),
    ),
  );
}

/** Rounds like torch: 22.5 becomes 22, and 23.5 becomes 24. */
export function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const isHalf = value - below === 0.5;
  return isHalf ? below + (below % 2 === 0 ? 0 : 1) : Math.round(value);
}

/**
 * Writes the anchor with this index among a level's anchors into `box` at 0..3. Anchors are ordered as (y * width +
 * x) * shapes + shape.
 */
export function placeAnchor(
  base: BaseAnchors,
  number: number,
  map: Omit<LevelMap, 'height'>,
  box: Float32Array,
): void {
  const shapes = base.length / 4;
  const shape = number % shapes;
  const cell = (number - shape) / shapes;
  const x = (cell % map.width) * map.strideX;
  const y = Math.floor(cell / map.width) * map.strideY;
  for (let side = 0; side < 4; side += 1) box[side] = base[shape * 4 + side]! + (side % 2 === 0 ? x : y);
}
