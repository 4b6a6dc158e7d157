import { Candidates } from '../candidates';
import { NO_SUPPRESSION, type Convention, type DecodeContext } from '../convention';
import { firstMatrix, type Matrix } from '../tensors';

/**
 * Output `[1, 4 + C + 1, N]` of Ultralytics' oriented boxes: for each of N places the centre, the size, a score per
 * class, and the angle in radians, clockwise on the screen, about the centre.
 */
export const yoloObb: Convention = {
  id: 'yolo-obb',
  name: 'YOLO OBB',
  defaults: { iouThreshold: 0.45 },
  multiple: 32,
  answers: 'every-place',
  decode(outputs, { scoreThreshold, classCount }: DecodeContext) {
    const matrix = firstMatrix(outputs);
    const isUpright = matrix.rows < matrix.columns;
    const [places, length] = isUpright ? [matrix.columns, matrix.rows] : [matrix.rows, matrix.columns];
    const value = (place: number, number: number) =>
      matrix.data[isUpright ? number * places + place : place * length + number]!;
    const classes = Math.min(classCount ?? length - 5, length - 5);
    const found = new Candidates();
    for (let place = 0; place < places; place += 1) {
      let best = 0;
      for (let number = 1; number < classes; number += 1)
        if (value(place, 4 + number) > value(place, 4 + best)) best = number;
      const score = value(place, 4 + best);
      if (score >= scoreThreshold)
        found.addTurned(
          value(place, 0),
          value(place, 1),
          value(place, 2),
          value(place, 3),
          value(place, length - 1),
          score,
          best,
        );
    }
    return found;
  },
};

/**
 * Output `[1, N, 7]`: oriented boxes that the network has chosen itself, with centre, size, score, class and angle.
 */
export const yoloObbChosen: Convention = {
  id: 'yolo-obb-chosen',
  name: 'YOLO OBB with NMS',
  defaults: { iouThreshold: NO_SUPPRESSION },
  multiple: 32,
  answers: 'chosen',
  decode(outputs, { scoreThreshold }) {
    const { data, rows, columns }: Matrix = firstMatrix(outputs);
    const found = new Candidates();
    for (let row = 0, at = 0; row < rows; row += 1, at += columns) {
      const [x = 0, y = 0, width = 0, height = 0, score = 0, classNumber = 0, angle = 0] = data.subarray(
        at,
        at + 7,
      );
      if (score >= scoreThreshold && score > 0)
        found.addTurned(x, y, width, height, angle, score, Math.round(classNumber));
    }
    return found;
  },
};
