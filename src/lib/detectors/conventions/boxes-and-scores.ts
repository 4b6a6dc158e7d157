import { Candidates } from '../candidates';
import type { Convention } from '../convention';
import type { NamedTensors, Tensor } from '../detector';
import { isFloat, matrixOf, outputsUnknown, type Matrix } from '../tensors';

/**
 * Two outputs in either order. `[1, N, 4]` (or `[1, N, 1, 4]`) holds boxes by their corners, in pixels or fractions
 * of the input; `[1, N, C]` or `[1, C, N]` holds a score per class, without background, after sigmoid. With four
 * classes both shapes could be boxes; then the scores are the output whose numbers all lie in 0..1.
 */
export const boxesAndScores: Convention = {
  id: 'boxes-and-scores',
  name: 'YOLO-NAS, DAMO-YOLO, YOLOv4',
  defaults: { iouThreshold: 0.65 },
  multiple: 32,
  answers: 'every-place',
  decode(outputs, { input, scoreThreshold, classCount }) {
    const { boxes, scores, isUpright } = partsOf(outputs);
    const places = boxes.rows;
    const columns = isUpright ? scores.rows : scores.columns;
    const classes = Math.min(classCount ?? columns, columns);
    const scoreOf = (number: number, place: number) =>
      scores.data[isUpright ? number * places + place : place * columns + number]!;
    const found = new Candidates();
    for (let place = 0; place < places; place += 1) {
      let best = 0;
      for (let number = 1; number < classes; number += 1)
        if (scoreOf(number, place) > scoreOf(best, place)) best = number;
      const score = scoreOf(best, place);
      if (!(score >= scoreThreshold)) continue;
      const [left = 0, top = 0, right = 0, bottom = 0] = boxes.data.subarray(place * 4, place * 4 + 4);
      found.addCorners(left, top, right, bottom, score, best);
    }
    return found.scaleIfParts(input);
  },
};

interface Parts {
  readonly boxes: Matrix;
  readonly scores: Matrix;
  /** Whether the scores have the shape `[1, C, N]`. */
  readonly isUpright: boolean;
}

function partsOf(outputs: NamedTensors): Parts {
  const matrices = Object.values(outputs).flatMap((tensor) => {
    const matrix = isFloat(tensor) ? matrixOf(flat(tensor)) : null;
    return matrix === null ? [] : [matrix];
  });
  const [first, second] = matrices;
  if (first === undefined || second === undefined || matrices.length !== 2) throw outputsUnknown(outputs);
  const pairs = [
    [first, second],
    [second, first],
  ] as const;
  const fitting = pairs.flatMap(([boxes, scores]): readonly Parts[] =>
    boxes.columns !== 4 || (scores.rows !== boxes.rows && scores.columns !== boxes.rows)
      ? []
      : [{ boxes, scores, isUpright: scores.rows !== boxes.rows }],
  );
  const parts = fitting.length > 1 ? fitting.find(({ scores }) => areScores(scores)) : fitting[0];
  if (parts === undefined) throw outputsUnknown(outputs);
  return parts;
}

const areScores = ({ data }: Matrix): boolean => data.every((value) => value >= -0.02 && value <= 1.02);

/** Removes the third axis of `[1, N, 1, 4]`. */
function flat(tensor: Tensor): Tensor {
  const [batch = 1, places = 0, one, sides = 0] = tensor.shape;
  return tensor.shape.length === 4 && one === 1 ? { ...tensor, shape: [batch, places, sides] } : tensor;
}
