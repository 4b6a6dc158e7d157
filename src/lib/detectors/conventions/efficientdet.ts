import { fromRowLayouts } from '../chosen-rows';
import { NO_SUPPRESSION, type Convention } from '../convention';
import { firstMatrix } from '../tensors';

/**
 * Output `detections [1, n, 7]`: the picture's index in the batch, top, left, bottom, right in pixels of the input,
 * the score, and the class counted from 1. The graph resizes the picture itself.
 */
export const efficientDet: Convention = {
  id: 'efficientdet',
  name: 'EfficientDet',
  defaults: { range: 255, fit: 'native', iouThreshold: NO_SUPPRESSION },
  multiple: 1,
  answers: 'chosen',
  decode(outputs, { input, scoreThreshold }) {
    const layout = { picture: 0, box: 1, isTopFirst: true, score: 5, classNumber: 6, firstClass: 1 } as const;
    return fromRowLayouts(firstMatrix(outputs), [layout], scoreThreshold, outputs).scaleIfParts(input);
  },
};
