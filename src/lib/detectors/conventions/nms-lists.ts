import { NO_SUPPRESSION, type Convention } from '../convention';
import type { NamedTensors } from '../detector';
import { fromList } from '../listed';
import { floatsOf, outputsUnknown } from '../tensors';

/** The outputs' names end in these words; exporters put their own words before them. */
export const NMS_LIST_NAMES = {
  count: /(^|_)num_(dets|detections|predictions)$/,
  boxes: /(^|_)(det|pred)_boxes$/,
  scores: /(^|_)(det|pred)_scores$/,
  classes: /(^|_)(det|pred)_(classes|labels)$/,
} as const;

/**
 * Outputs `num_dets [1, 1]`, `det_boxes [1, n, 4]` by corners in pixels of the input, `det_scores [1, n]` and
 * `det_classes [1, n]` from 0. Only the first `num_dets` rows count, the rest is padding. TensorRT's NMS plugin and
 * YOLO-NAS' batch format answer so.
 */
export const nmsLists: Convention = {
  id: 'nms-lists',
  name: 'YOLO with NMS',
  defaults: { iouThreshold: NO_SUPPRESSION },
  multiple: 32,
  answers: 'chosen',
  decode(outputs, { input, scoreThreshold }) {
    const [boxes, scores, classes] = (['boxes', 'scores', 'classes'] as const).map((part) =>
      named(outputs, NMS_LIST_NAMES[part]),
    );
    if (!boxes || !scores || !classes) throw outputsUnknown(outputs);
    const countTensor = named(outputs, NMS_LIST_NAMES.count);
    const [corners, values, labels] = [floatsOf(boxes), floatsOf(scores), floatsOf(classes)];
    const count = Math.min(
      countTensor ? (floatsOf(countTensor)[0] ?? 0) : Infinity,
      values.length,
      labels.length,
    );
    if (corners.length < count * 4) throw outputsUnknown(outputs);
    return fromList({ boxes: corners, labels, scores: values, count }, scoreThreshold, 0).scaleIfParts(input);
  },
};

const named = (outputs: NamedTensors, pattern: RegExp) =>
  Object.entries(outputs).find(([name]) => pattern.test(name))?.[1];
