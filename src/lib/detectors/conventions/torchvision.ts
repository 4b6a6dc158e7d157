import { NO_SUPPRESSION, type Convention } from '../convention';
import { fromList, listed } from '../listed';

/**
 * Outputs `boxes [n, 4]` by corners in pixels (or fractions) of the input, `labels [n]` from 1 (0 is the
 * background), and `scores [n]`.
 */
export const torchvision: Convention = {
  id: 'torchvision',
  name: 'torchvision',
  defaults: { fit: 'native', iouThreshold: NO_SUPPRESSION },
  multiple: 1,
  answers: 'chosen',
  decode: (outputs, { input, scoreThreshold }) =>
    fromList(
      listed(outputs, { boxes: 'boxes', labels: 'labels', scores: 'scores' }),
      scoreThreshold,
      1,
    ).scaleIfParts(input),
};
