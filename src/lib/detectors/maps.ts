import type { Size } from '$lib/domain/geometry';
import type { NamedTensors, Tensor } from './detector';
import { floatsOf, isFloat } from './tensors';

/**
 * A network's output for the cells of one grid: `channels` numbers per cell, for the first picture of the batch.
 */
export interface GridMap {
  readonly data: Float32Array;
  readonly channels: number;
  readonly columns: number;
  readonly rows: number;
  /** The side of a cell, in pixels of the input. */
  readonly stride: number;
  /** The index in `data` of a cell's channel; cells are counted row by row. */
  readonly at: (channel: number, cell: number) => number;
}

/** The strides that grids may have; 4 and 128 are rare. */
const STRIDES: readonly number[] = [8, 16, 32, 64, 4, 128];

/**
 * The outputs that are grids, in their order: `[1, C, H, W]` or `[1, H, W, C]`, where H and W follow from the
 * input's size.
 */
export const gridMapsOf = (outputs: NamedTensors, input: Size): readonly GridMap[] =>
  Object.values(outputs).flatMap((tensor) => {
    const map = isFloat(tensor) ? gridMapOf(tensor, input) : null;
    return map === null ? [] : [map];
  });

function gridMapOf(tensor: Tensor, input: Size): GridMap | null {
  const { shape } = tensor;
  const grid = gridOfShape(shape, input);
  if (grid === null) return null;
  const { channels, columns, rows, stride, isLast } = grid;
  const cells = columns * rows;
  const data = floatsOf(tensor).subarray(0, channels * cells);
  const at = isLast
    ? (channel: number, cell: number) => cell * channels + channel
    : (channel: number, cell: number) => channel * cells + cell;
  return { data, channels, columns, rows, stride, at };
}

/**
 * The grid that a tensor's shape fits; null if it fits none of the input's grids. `isLast` says that channels are
 * the last axis.
 */
export function gridOfShape(shape: readonly (number | string)[], { width, height }: Size) {
  if (shape.length !== 4 || !shape.slice(1).every((side) => typeof side === 'number')) return null;
  const [, first = 0, second = 0, third = 0] = shape as readonly number[];
  for (const stride of STRIDES) {
    const [columns, rows] = [Math.ceil(width / stride), Math.ceil(height / stride)];
    if (second === rows && third === columns)
      return { channels: first, columns, rows, stride, isLast: false };
    if (first === rows && second === columns) return { channels: third, columns, rows, stride, isLast: true };
  }
  return null;
}
