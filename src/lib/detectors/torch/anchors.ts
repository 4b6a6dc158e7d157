import type { Size } from '$lib/domain/geometry';
import type { Tensor } from '../detector';

/** A level's map in cells, and how many pixels of the network's image lie from one cell to the next. */
export interface LevelMap extends Size {
  readonly strideX: number;
  readonly strideY: number;
}

/** Of what a level puts out, [1, channels, h, w]; `padded`: what the network saw. */
export function levelMap({ shape }: Tensor, padded: Size): LevelMap {
  const [height, width] = [shape[2]!, shape[3]!];
  return {
    width,
    height,
    strideX: Math.floor(padded.width / width),
    strideY: Math.floor(padded.height / height),
  };
}

/** Height by width. */
const RATIOS = [0.5, 1, 2] as const;

/** The shapes that boxes grow from at every place of a map: left, top, right, bottom of each around the origin. */
export type BaseAnchors = Float32Array;

/** Of each of the ratios every side, a square's in pixels of the network's image; in whole pixels. */
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

/** As torch rounds: 22.5 becomes 22, 23.5 becomes 24. */
export function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const isHalf = value - below === 0.5;
  return isHalf ? below + (below % 2 === 0 ? 0 : 1) : Math.round(value);
}

/** The anchor of that number among a level's, which stand in rows: (y * width + x) * shapes + shape; into `box` at 0..3. */
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
