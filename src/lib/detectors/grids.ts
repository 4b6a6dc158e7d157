import type { Size } from '$lib/domain/geometry';

/** Cells of a network's maps, from the finest map to the coarsest, row by row. */
export interface Cells {
  readonly count: number;
  /** Of a cell in its map, counted in cells. */
  readonly columns: Int32Array;
  readonly rows: Int32Array;
  /** In pixels of the input. */
  readonly strides: Int32Array;
}

const across = ({ width, height }: Size, stride: number) => ({
  columns: Math.ceil(width / stride),
  rows: Math.ceil(height / stride),
});

/** How many cells the maps of these strides have together. */
export const cellCount = (input: Size, strides: readonly number[]): number =>
  strides.reduce((sum, stride) => {
    const { columns, rows } = across(input, stride);
    return sum + columns * rows;
  }, 0);

/** One after another the cells of all maps. */
export function cellsOf(input: Size, strides: readonly number[]): Cells {
  const count = cellCount(input, strides);
  const cells = {
    count,
    columns: new Int32Array(count),
    rows: new Int32Array(count),
    strides: new Int32Array(count),
  };
  let at = 0;
  for (const stride of strides) {
    const map = across(input, stride);
    for (let row = 0; row < map.rows; row += 1)
      for (let column = 0; column < map.columns; column += 1, at += 1) {
        cells.columns[at] = column;
        cells.rows[at] = row;
        cells.strides[at] = stride;
      }
  }
  return cells;
}

/** The sets of maps that detectors have. */
export const THREE_MAPS = [8, 16, 32];
export const FOUR_MAPS = [8, 16, 32, 64];

/** Every set that one row or column a cell is known of: with a finer map, and of small networks with two. */
export const MAP_SETS: readonly (readonly number[])[] = [THREE_MAPS, FOUR_MAPS, [4, 8, 16, 32], [16, 32]];

/** The stride of the one map that has this many cells; null where none does. */
export const strideOf = (input: Size, count: number): number | null =>
  [8, 16, 32, 64, 128, 4].find((stride) => cellCount(input, [stride]) === count) ?? null;
