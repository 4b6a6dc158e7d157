import type { Size } from '$lib/domain/geometry';

/** The cells of a network's feature maps, from the finest map to the coarsest, row by row. */
export interface Cells {
  readonly count: number;
  /** The cell's column and row in its map. */
  readonly columns: Int32Array;
  readonly rows: Int32Array;
  /** The side of the cell, in pixels of the input. */
  readonly strides: Int32Array;
}

const across = ({ width, height }: Size, stride: number) => ({
  columns: Math.ceil(width / stride),
  rows: Math.ceil(height / stride),
});

/** The number of cells of all maps with these strides. */
export const cellCount = (input: Size, strides: readonly number[]): number =>
  strides.reduce((sum, stride) => {
    const { columns, rows } = across(input, stride);
    return sum + columns * rows;
  }, 0);

/** The cells of all maps, one map after the other. */
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

/** The strides of the maps that most detectors have. */
export const THREE_MAPS = [8, 16, 32];
export const FOUR_MAPS = [8, 16, 32, 64];

/**
 * All sets of strides that are known for outputs with one row or column per cell: also one with a finer map, and
 * that of small networks with two maps.
 */
export const MAP_SETS: readonly (readonly number[])[] = [THREE_MAPS, FOUR_MAPS, [4, 8, 16, 32], [16, 32]];

/** The stride of the single map with this many cells; null if no map has that many. */
export const strideOf = (input: Size, count: number): number | null =>
  [8, 16, 32, 64, 128, 4].find((stride) => cellCount(input, [stride]) === count) ?? null;
