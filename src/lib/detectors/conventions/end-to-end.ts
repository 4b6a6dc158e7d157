import { Candidates } from '../candidates';
import { NO_SUPPRESSION, type Convention } from '../convention';
import { firstMatrix } from '../tensors';

/**
 * `[1, N, 6]`: left, top, right, bottom in input pixels, score, class; the network has suppressed already and
 * fills up with zeros. With seven numbers the first is the picture's in its batch, and the class comes before
 * the score (YOLOv7's export). More columns (masks) are not read.
 */
export const endToEnd: Convention = {
  id: 'end-to-end',
  name: 'YOLOv10, YOLO26',
  defaults: { overlapThreshold: NO_SUPPRESSION },
  multiple: 32,
  isDense: false,
  decode(outputs, { input, scoreThreshold }) {
    const { data, rows, columns } = firstMatrix(outputs);
    const found = new Candidates();
    const [box, scoreAt, classAt] = columns === 7 ? [1, 6, 5] : [0, 4, 5];
    for (let row = 0, at = 0; row < rows; row += 1, at += columns) {
      const score = data[at + scoreAt]!;
      const isOfFirst = columns !== 7 || data[at] === 0;
      if (score >= scoreThreshold && score > 0 && isOfFirst)
        found.addCorners(
          data[at + box]!,
          data[at + box + 1]!,
          data[at + box + 2]!,
          data[at + box + 3]!,
          score,
          Math.round(data[at + classAt]!),
        );
    }
    return found.scaleIfParts(input);
  },
};
