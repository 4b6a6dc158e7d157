import type { Size } from '$lib/domain/geometry';
import { Candidates } from '../candidates';
import type { Convention } from '../convention';
import type { NamedTensors } from '../detector';
import { cellCount } from '../grids';
import { isFloat, matrixOf, outputsUnknown, type Matrix } from '../tensors';

/**
 * For each grid, scores `[n, 1]` after sigmoid, distances `[n, 4]` in strides from the cell's upper left corner to
 * the box's sides, and key points `[n, 10]`, which are not read; with or without a batch axis. The strides 8, 16
 * and 32 have two boxes per cell; five strides up to 128 have one.
 */
export const scrfd: Convention = {
  id: 'scrfd',
  name: 'SCRFD',
  defaults: {
    range: 255,
    mean: [127.5, 127.5, 127.5],
    std: [128, 128, 128],
    fit: 'corner',
    padding: 0,
    iouThreshold: 0.4,
  },
  multiple: 32,
  answers: 'every-place',
  decode(outputs, { input, scoreThreshold }) {
    const found = new Candidates();
    for (const { scores, boxes, stride, boxesPerCell } of gridsIn(outputs, input)) {
      const columns = Math.ceil(input.width / stride);
      for (let row = 0; row < scores.rows; row += 1) {
        const score = scores.data[row]!;
        if (!(score >= scoreThreshold)) continue;
        const cell = Math.floor(row / boxesPerCell);
        const [x, y] = [(cell % columns) * stride, Math.floor(cell / columns) * stride];
        const side = (number: number) => boxes.data[row * 4 + number]! * stride;
        found.addCorners(x - side(0), y - side(1), x + side(2), y + side(3), score, 0);
      }
    }
    return found;
  },
};

interface Grid {
  readonly scores: Matrix;
  readonly boxes: Matrix;
  readonly stride: number;
  /** The number of boxes per cell. */
  readonly boxesPerCell: number;
}

function gridsIn(outputs: NamedTensors, input: Size): readonly Grid[] {
  const matrices = Object.values(outputs).flatMap((tensor) => {
    const matrix = isFloat(tensor) ? matrixOf(tensor) : null;
    return matrix === null ? [] : [matrix];
  });
  const [scores, boxes] = [1, 4].map((columns) => matrices.filter((matrix) => matrix.columns === columns));
  const strides = scores!.length === 5 ? [8, 16, 32, 64, 128] : [8, 16, 32];
  const boxesPerCell = strides.length === 5 ? 1 : 2;
  if (scores!.length !== strides.length || boxes!.length !== strides.length) throw outputsUnknown(outputs);
  return strides.map((stride) => {
    const rows = cellCount(input, [stride]) * boxesPerCell;
    const [own, its] = [scores!, boxes!].map((parts) => parts.find((part) => part.rows === rows));
    if (own === undefined || its === undefined) throw outputsUnknown(outputs);
    return { scores: own, boxes: its, stride, boxesPerCell };
  });
}
