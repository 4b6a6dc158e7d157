import { Candidates } from '../candidates';
import { NO_SUPPRESSION, type Convention } from '../convention';
import { floatsOf, isFloat, lastOf, matrixOf, output, outputsUnknown } from '../tensors';

/** Outputs `dets [1, n, 5]`, corners in pixels of the input and the score, and `labels [1, n]` from 0. */
export const mmdetection: Convention = {
  id: 'mmdetection',
  name: 'MMDetection',
  defaults: {
    range: 255,
    mean: [123.675, 116.28, 103.53],
    std: [58.395, 57.12, 57.375],
    fit: 'corner',
    iouThreshold: NO_SUPPRESSION,
  },
  multiple: 32,
  answers: 'chosen',
  decode(outputs, { input, scoreThreshold }) {
    const dets = matrixOf(
      output(outputs, ['dets'], (tensor) => isFloat(tensor) && lastOf(tensor.shape) === 5),
    );
    const labels = floatsOf(output(outputs, ['labels'], (tensor) => !isFloat(tensor)));
    if (dets?.columns !== 5 || labels.length < dets.rows) throw outputsUnknown(outputs);
    const found = new Candidates();
    for (let row = 0; row < dets.rows; row += 1) {
      const [left = 0, top = 0, right = 0, bottom = 0, score = 0] = dets.data.subarray(row * 5, row * 5 + 5);
      if (score >= scoreThreshold && labels[row]! >= 0)
        found.addCorners(left, top, right, bottom, score, labels[row]!);
    }
    return found.scaleIfParts(input);
  },
};
