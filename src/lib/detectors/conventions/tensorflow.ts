import { NO_SUPPRESSION, type Convention } from '../convention';
import { fromList, listed } from '../listed';
import { floatsOf } from '../tensors';

/**
 * Outputs `detection_boxes [1, n, 4]`, top, left, bottom, right in 0..1; `detection_classes [1, n]` from 1;
 * `detection_scores [1, n]`; and `num_detections [1]`, the number of rows that count.
 */
export const tensorflow: Convention = {
  id: 'tensorflow',
  name: 'TensorFlow',
  defaults: { range: 255, fit: 'stretch', iouThreshold: NO_SUPPRESSION },
  multiple: 1,
  answers: 'chosen',
  decode(outputs, { input, scoreThreshold }) {
    const { boxes, labels, scores, count } = listed(outputs, {
      boxes: 'detection_boxes',
      labels: 'detection_classes',
      scores: 'detection_scores',
    });
    const countTensor = Object.entries(outputs).find(([name]) => name.startsWith('num_detections'))?.[1];
    const valid = countTensor === undefined ? count : Math.min(count, floatsOf(countTensor)[0] ?? 0);
    const turned = new Float32Array(boxes.length);
    for (let at = 0; at < boxes.length; at += 2) {
      turned[at] = boxes[at + 1]!;
      turned[at + 1] = boxes[at]!;
    }
    return fromList({ boxes: turned, labels, scores, count: valid }, scoreThreshold, 1).scale(input);
  },
};
