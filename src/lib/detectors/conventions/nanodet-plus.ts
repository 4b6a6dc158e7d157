import { Candidates } from '../candidates';
import type { Convention } from '../convention';
import { addByDistances } from '../distributions';
import { cellsOf, FOUR_MAPS } from '../grids';
import { scaleOf } from '../scores';
import { firstMatrix, outputsUnknown } from '../tensors';
import { nanodet } from './nanodet';

/** The distance to a side is a distribution over this many whole numbers of strides. */
const BINS = 8;

/** Output `[1, N, C + 32]`, all maps in one: scores, then the distances from the cell's corner to the sides. */
export const nanodetPlus: Convention = {
  id: 'nanodet-plus',
  name: 'NanoDet-Plus',
  defaults: nanodet.defaults,
  multiple: 64,
  answers: 'every-place',
  decode(outputs, { input, scoreThreshold }) {
    const { data, rows, columns } = firstMatrix(outputs);
    const cells = cellsOf(input, FOUR_MAPS);
    const classes = columns - 4 * BINS;
    if (cells.count !== rows || classes < 1) throw outputsUnknown(outputs);
    const { floor, toScore } = scaleOf(data, scoreThreshold, { step: columns });
    const found = new Candidates();
    for (let row = 0, at = 0; row < rows; row += 1, at += columns) {
      const stride = cells.strides[row]!;
      const from = { x: cells.columns[row]! * stride, y: cells.rows[row]! * stride, stride };
      const box = { data, from: at + classes, bins: BINS };
      for (let number = 0; number < classes; number += 1)
        if (data[at + number]! >= floor)
          addByDistances(found, box, from, toScore(data[at + number]!), number);
    }
    return found;
  },
};
