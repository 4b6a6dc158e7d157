import { Candidates } from '../candidates';
import type { Convention } from '../convention';
import { cellsOf, THREE_MAPS } from '../grids';
import { isFloat, matrixOf, outputsUnknown } from '../tensors';

/** The sides of the two square anchors of a cell, in pixels, by stride. */
const ANCHOR_SIDES: Readonly<Record<number, readonly [number, number]>> = {
  8: [16, 32],
  16: [64, 128],
  32: [256, 512],
};
const CENTRE_VARIANCE = 0.1;
const SIZE_VARIANCE = 0.2;

/**
 * Outputs `loc [1, N, 4]`, offsets of centre and size from the anchors, divided by variances; `conf [1, N, 2]`,
 * after softmax, background first; and key points `[1, N, 10]`, which are not read. N is two anchors per cell of
 * the strides 8, 16 and 32.
 */
export const retinaFace: Convention = {
  id: 'retinaface',
  name: 'RetinaFace',
  defaults: {
    channels: 'bgr',
    range: 255,
    mean: [104, 117, 123],
    fit: 'corner',
    padding: 0,
    iouThreshold: 0.4,
  },
  multiple: 32,
  answers: 'every-place',
  decode(outputs, { input, scoreThreshold }) {
    const matrices = Object.values(outputs).flatMap((tensor) => (isFloat(tensor) ? [matrixOf(tensor)] : []));
    const [offsets, scores] = [4, 2].map((columns) => matrices.find((matrix) => matrix?.columns === columns));
    const cells = cellsOf(input, THREE_MAPS);
    if (offsets?.rows !== cells.count * 2 || scores?.rows !== offsets.rows) throw outputsUnknown(outputs);
    const found = new Candidates();
    for (let row = 0; row < offsets.rows; row += 1) {
      const score = scores.data[row * 2 + 1]!;
      if (!(score >= scoreThreshold)) continue;
      const cell = Math.floor(row / 2);
      const stride = cells.strides[cell]!;
      const side = ANCHOR_SIDES[stride]![row % 2]!;
      const [x = 0, y = 0, width = 0, height = 0] = offsets.data.subarray(row * 4, row * 4 + 4);
      found.addCentre(
        (cells.columns[cell]! + 0.5) * stride + x * CENTRE_VARIANCE * side,
        (cells.rows[cell]! + 0.5) * stride + y * CENTRE_VARIANCE * side,
        side * Math.exp(width * SIZE_VARIANCE),
        side * Math.exp(height * SIZE_VARIANCE),
        score,
        0,
      );
    }
    return found;
  },
};
