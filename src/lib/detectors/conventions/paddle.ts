import { CLASS_SCORE_CORNERS, fromRowLayouts } from '../chosen-rows';
import { NO_SUPPRESSION, type Convention } from '../convention';
import { floatsOf, isFloat, lastOf, matrixOf, output, outputsUnknown } from '../tensors';

/**
 * Outputs `[n, 6]`, class, score and corners in pixels of the picture, for which the network takes the second input
 * `scale_factor`; and `[1]`, the number of rows that count. Rows of class -1 are padding.
 */
export const paddle: Convention = {
  id: 'paddle',
  name: 'PaddleDetection',
  defaults: { fit: 'stretch', iouThreshold: NO_SUPPRESSION },
  multiple: 32,
  answers: 'chosen',
  decode(outputs, { scoreThreshold, placement }) {
    const rows = matrixOf(output(outputs, [], (tensor) => isFloat(tensor) && lastOf(tensor.shape) === 6));
    if (rows?.columns !== 6) throw outputsUnknown(outputs);
    const countTensor = Object.values(outputs).find((tensor) => !isFloat(tensor) && tensor.data.length === 1);
    const count = countTensor === undefined ? rows.rows : Math.min(rows.rows, floatsOf(countTensor)[0] ?? 0);
    const counted = { ...rows, rows: count };
    const found = fromRowLayouts(counted, [CLASS_SCORE_CORNERS], scoreThreshold, outputs);
    if (placement === undefined) return found;
    const { picture, content } = placement;
    return found.scale({ width: content.width / picture.width, height: content.height / picture.height });
  },
};
