import { IMAGENET, NO_SUPPRESSION, type Convention, type Reading } from '../convention';
import type { NamedTensors } from '../detector';
import { queries, type Activation } from '../queries';
import { isFloat, lastOf, matrixOf, output, outputsUnknown } from '../tensors';

/** `logits [1, Q, C + 1]` with "nothing" as the last class, by softmax, and `pred_boxes [1, Q, 4]`. */
export const detr: Convention = {
  id: 'detr',
  name: 'DETR',
  defaults: { ...IMAGENET, fit: 'stretch', overlapThreshold: NO_SUPPRESSION },
  multiple: 1,
  answers: 'queries',
  decode: (outputs, reading) => decodeQueries(outputs, reading, 'softmax'),
};

/** Boxes and numbers a query, by their names, or the first two matrices that can be them. */
export function decodeQueries(outputs: NamedTensors, reading: Reading, activation: Activation) {
  const boxes = output(
    outputs,
    ['pred_boxes', 'dets', 'boxes'],
    (tensor) => isFloat(tensor) && lastOf(tensor.shape) === 4,
  );
  const scores = output(
    outputs,
    ['logits', 'pred_logits', 'labels', 'scores'],
    (tensor) => isFloat(tensor) && tensor !== boxes,
  );
  const [boxRows, scoreRows] = [matrixOf(boxes), matrixOf(scores)];
  if (boxRows?.columns !== 4 || scoreRows === null) throw outputsUnknown(outputs);
  return queries(boxRows, scoreRows, reading, activation);
}
