import { IMAGENET, NO_SUPPRESSION, type Convention, type DecodeContext } from '../convention';
import type { NamedTensors } from '../detector';
import { queries, type Activation } from '../queries';
import { isFloat, lastOf, matrixOf, output, outputsUnknown } from '../tensors';

/**
 * Outputs `logits [1, Q, C + 1]`, with a softmax whose last class is "no object", and `pred_boxes [1, Q, 4]`.
 */
export const detr: Convention = {
  id: 'detr',
  name: 'DETR',
  defaults: { ...IMAGENET, fit: 'stretch', iouThreshold: NO_SUPPRESSION },
  multiple: 1,
  answers: 'queries',
  decode: (outputs, context) => decodeQueries(outputs, context, 'softmax'),
};

/**
 * Finds the boxes and logits of the queries by their names, else by the first two matrices of fitting shapes, and
 * decodes them.
 */
export function decodeQueries(outputs: NamedTensors, context: DecodeContext, activation: Activation) {
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
  return queries(boxRows, scoreRows, context, activation);
}
