import type { Convention } from '../convention';
import { cellCount, cellsOf, FOUR_MAPS, THREE_MAPS } from '../grids';
import { firstMatrix, outputsUnknown, type Matrix } from '../tensors';
import type { Size } from '$lib/domain/geometry';
import { rowsWithObjectness, type BoxOfRow } from './yolo-v5';

/**
 * Output `[1, N, 5 + C]` with one row per cell. In the usual export, centres are offsets from their cell and sizes
 * are logarithms, both in strides. In exports with `--decode_in_inference` both are pixels already, which the
 * positions of the centres show.
 */
export const yolox: Convention = {
  id: 'yolox',
  name: 'YOLOX',
  defaults: { channels: 'bgr', range: 255, fit: 'corner', iouThreshold: 0.45 },
  multiple: 32,
  answers: 'every-place',
  decode(outputs, context) {
    const matrix = firstMatrix(outputs);
    if (isInPixels(matrix, context.input)) return rowsWithObjectness(matrix, context);
    const strides = [THREE_MAPS, FOUR_MAPS].find((maps) => cellCount(context.input, maps) === matrix.rows);
    if (strides === undefined) throw outputsUnknown(outputs);
    return rowsWithObjectness(matrix, context, inPixels(matrix, context.input, strides));
  },
};

/** Centres all over the picture lie at half its width on average; offsets from a cell are about 0 on average. */
function isInPixels({ data, rows, columns }: Matrix, { width }: Size): boolean {
  let sum = 0;
  for (let at = 0; at < rows * columns; at += columns) sum += Math.abs(data[at]!);
  return sum / rows > width / 8;
}

function inPixels({ data }: Matrix, input: Size, strides: readonly number[]): BoxOfRow {
  const cells = cellsOf(input, strides);
  return (row, at) => {
    const stride = cells.strides[row]!;
    return [
      (data[at]! + cells.columns[row]!) * stride,
      (data[at + 1]! + cells.rows[row]!) * stride,
      Math.exp(data[at + 2]!) * stride,
      Math.exp(data[at + 3]!) * stride,
    ];
  };
}
