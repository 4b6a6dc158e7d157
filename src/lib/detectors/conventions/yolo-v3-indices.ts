import { Candidates } from '../candidates';
import { NO_SUPPRESSION, type Convention } from '../convention';
import { floatsOf, isFloat, lastOf, matrixOf, outputsUnknown } from '../tensors';

/**
 * Outputs `boxes [1, N, 4]`, top, left, bottom, right in pixels of the picture, whose size is the second input
 * `image_shape`; `scores [1, C, N]`; and `indices [n, 3]` or `[1, n, 3]`, the chosen boxes by their index in the
 * batch, their class and their row.
 */
export const yoloV3Indices: Convention = {
  id: 'yolo-v3-indices',
  name: 'YOLOv3 (ONNX Model Zoo)',
  defaults: { padding: 128, iouThreshold: NO_SUPPRESSION },
  multiple: 32,
  answers: 'chosen',
  decode(outputs, { scoreThreshold, placement }) {
    const tensors = Object.values(outputs);
    const indices = tensors.find((tensor) => !isFloat(tensor) && lastOf(tensor.shape) === 3);
    const [boxes, scores] = tensors.filter(isFloat).map(matrixOf);
    if (indices === undefined || boxes?.columns !== 4 || scores?.columns !== boxes.rows)
      throw outputsUnknown(outputs);
    const chosen = floatsOf(indices);
    const found = new Candidates();
    for (let at = 0; at + 2 < chosen.length; at += 3) {
      const [picture = 0, classNumber = 0, place = 0] = chosen.subarray(at, at + 3);
      const score = scores.data[classNumber * scores.columns + place]!;
      if (picture !== 0 || classNumber < 0 || place < 0 || !(score >= scoreThreshold)) continue;
      const [top = 0, left = 0, bottom = 0, right = 0] = boxes.data.subarray(place * 4, place * 4 + 4);
      found.addCorners(left, top, right, bottom, score, classNumber);
    }
    return placement === undefined ? found : found.intoInput(placement);
  },
};
