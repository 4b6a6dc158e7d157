import type { Convention } from '../convention';
import { cellCount, cellsOf, FOUR_MAPS, THREE_MAPS } from '../grids';
import { firstMatrix, outputsUnknown, type Matrix } from '../tensors';
import type { Size } from '$lib/domain/geometry';
import { rowsWithObjectness, type BoxOfRow } from './yolo-v5';

/**
 * `[1, N, 5 + C]` with one row a cell. As it is usually exported, centres are told from their cell and sizes as
 * logarithms, both in strides; exported with `--decode_in_inference` they are pixels already, which is seen
 * from where the centres lie.
 */
export const yolox: Convention = {
  id: 'yolox',
  name: 'YOLOX',
  defaults: { channels: 'bgr', range: 255, fit: 'corner', overlapThreshold: 0.45 },
  multiple: 32,
  answers: 'every-place',
  decode(outputs, reading) {
    const matrix = firstMatrix(outputs);
    if (isInPixels(matrix, reading.input)) return rowsWithObjectness(matrix, reading);
    const strides = [THREE_MAPS, FOUR_MAPS].find((maps) => cellCount(reading.input, maps) === matrix.rows);
    if (strides === undefined) throw outputsUnknown(outputs);
    return rowsWithObjectness(matrix, reading, inPixels(matrix, reading.input, strides));
  },
};

/** Centres all over the picture are half its width on average; those told from their cell are about 0. */
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
