/** Of the five levels, finest first: the side of a square anchor in pixels of the network's image. */
const SIDES = [32, 64, 128, 256, 512] as const;
/** Height by width. */
const RATIOS = [0.5, 1, 2] as const;
export const ANCHORS_AT_A_PLACE = RATIOS.length;

/** A level's anchors around the origin: left, top, right, bottom for each ratio, in whole pixels. */
export function baseAnchors(level: number): Float32Array {
  const { fround, sqrt } = Math;
  const side = SIDES[level]!;
  return Float32Array.from(
    RATIOS.flatMap((ratio) => {
      const tall = fround(sqrt(ratio));
      const [width, height] = [fround(fround(1 / tall) * side), fround(tall * side)];
      return [-width / 2, -height / 2, width / 2, height / 2].map(roundHalfToEven);
    }),
  );
}

/** As torch rounds: 22.5 becomes 22, 23.5 becomes 24. */
export function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const isHalf = value - below === 0.5;
  return isHalf ? below + (below % 2 === 0 ? 0 : 1) : Math.round(value);
}

/**
 * The anchor of that number among a level's, which stand in rows: (y * width + x) * 3 + ratio; into `box` at 0..3.
 * `strideX` and `strideY`: pixels of the network's image to a cell of the map.
 */
export function placeAnchor(
  base: Float32Array,
  number: number,
  map: { readonly width: number; readonly strideX: number; readonly strideY: number },
  box: Float32Array,
): void {
  const ratio = number % ANCHORS_AT_A_PLACE;
  const cell = (number - ratio) / ANCHORS_AT_A_PLACE;
  const x = (cell % map.width) * map.strideX;
  const y = Math.floor(cell / map.width) * map.strideY;
  for (let side = 0; side < 4; side += 1) box[side] = base[ratio * 4 + side]! + (side % 2 === 0 ? x : y);
}
