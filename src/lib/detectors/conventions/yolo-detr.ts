import type { Convention } from '../convention';
import { NO_SUPPRESSION } from '../convention';
import { firstMatrix } from '../tensors';
import { queries } from '../queries';

/**
 * Output `[1, 300, 4 + C]` of Ultralytics' RT-DETR: centre and size in 0..1 of the input, then a score per class.
 */
export const yoloDetr: Convention = {
  id: 'yolo-detr',
  name: 'RT-DETR (Ultralytics)',
  defaults: { fit: 'stretch', iouThreshold: NO_SUPPRESSION },
  multiple: 32,
  answers: 'queries',
  decode(outputs, context) {
    const { data, rows, columns } = firstMatrix(outputs);
    const boxes = new Float32Array(rows * 4);
    const scores = new Float32Array(rows * (columns - 4));
    for (let row = 0; row < rows; row += 1) {
      boxes.set(data.subarray(row * columns, row * columns + 4), row * 4);
      scores.set(data.subarray(row * columns + 4, (row + 1) * columns), row * (columns - 4));
    }
    return queries(
      { data: boxes, rows, columns: 4 },
      { data: scores, rows, columns: columns - 4 },
      context,
      'by-looks',
    );
  },
};
