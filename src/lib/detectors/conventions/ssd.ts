import { Candidates } from '../candidates';
import type { Convention } from '../convention';
import { isFloat, lastOf, matrixOf, output, outputsUnknown } from '../tensors';

/**
 * Outputs `scores [1, N, C + 1]`, after softmax, background first, and `boxes [1, N, 4]` by corners in 0..1. A box
 * may have several classes.
 */
export const ssd: Convention = {
  id: 'ssd',
  name: 'SSD',
  defaults: { range: 255, mean: [127, 127, 127], std: [128, 128, 128], fit: 'stretch' },
  multiple: 1,
  answers: 'every-place',
  decode(outputs, { input, scoreThreshold, classCount }) {
    const boxesOf = output(outputs, ['boxes'], (tensor) => isFloat(tensor) && lastOf(tensor.shape) === 4);
    const boxes = matrixOf(boxesOf);
    const scores = matrixOf(output(outputs, ['scores'], (tensor) => isFloat(tensor) && tensor !== boxesOf));
    if (boxes?.columns !== 4 || scores?.rows !== boxes.rows) throw outputsUnknown(outputs);
    const { data, columns } = scores;
    const classes = Math.min(classCount ?? columns - 1, columns - 1);
    const found = new Candidates();
    for (let row = 0, at = 0; row < boxes.rows; row += 1, at += columns) {
      const [left = 0, top = 0, right = 0, bottom = 0] = boxes.data.subarray(row * 4, row * 4 + 4);
      for (let number = 1; number <= classes; number += 1)
        if (data[at + number]! >= scoreThreshold)
          found.addCorners(left, top, right, bottom, data[at + number]!, number - 1);
    }
    return found.scaleIfParts(input);
  },
};
