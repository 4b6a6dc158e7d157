import {
  CLASS_SCORE_CORNERS,
  CORNERS_SCORE_CLASS,
  fromRowLayouts,
  PICTURE_CLASS_SCORE_CORNERS,
  PICTURE_CORNERS_CLASS_SCORE,
  PICTURE_CORNERS_SCORE_CLASS,
} from '../chosen-rows';
import { NO_SUPPRESSION, type Convention } from '../convention';
import { firstMatrix } from '../tensors';

/**
 * Output `[1, N, 6]`: left, top, right, bottom in pixels of the input, score, class. The network has suppressed
 * already and pads with zeros. Other exporters write the same columns in another order, and, with seven columns,
 * the picture's index in its batch; the numbers themselves show which order it is. Further columns (masks) are not
 * read.
 */
export const endToEnd: Convention = {
  id: 'end-to-end',
  name: 'YOLOv10, YOLO26',
  defaults: { iouThreshold: NO_SUPPRESSION },
  multiple: 32,
  answers: 'chosen',
  decode(outputs, { input, scoreThreshold }) {
    const matrix = firstMatrix(outputs);
    const layouts =
      matrix.columns === 7
        ? [PICTURE_CORNERS_CLASS_SCORE, PICTURE_CORNERS_SCORE_CLASS, PICTURE_CLASS_SCORE_CORNERS]
        : [CORNERS_SCORE_CLASS, CLASS_SCORE_CORNERS];
    return fromRowLayouts(matrix, layouts, scoreThreshold, outputs).scaleIfParts(input);
  },
};
