import { Candidates } from '../candidates';
import type { Convention, DecodeContext } from '../convention';
import { scaleOf, type ScoreScale } from '../scores';
import { firstMatrix, type Matrix } from '../tensors';

/**
 * Output `[1, 4 + C, N]`: for each of N places centre and size in pixels of the input, then a score per class. The
 * transposed output `[1, N, 4 + C]` is read too. Columns after the classes (masks, key points) are not read.
 */
export const yoloV8: Convention = {
  id: 'yolo-v8',
  name: 'YOLOv8, YOLO11',
  defaults: { iouThreshold: 0.6 },
  multiple: 32,
  answers: 'every-place',
  decode(outputs, context) {
    const matrix = firstMatrix(outputs);
    return (isUpright(matrix, context) ? fromColumns : fromRows)(matrix, context).scaleIfParts(context.input);
  },
};

/** Whether places are columns: the number of classes tells, else there being more places than classes. */
function isUpright({ rows, columns }: Matrix, { classCount }: DecodeContext): boolean {
  const length = 4 + (classCount ?? 0);
  return classCount !== null && (rows === length) !== (columns === length) ? rows === length : rows < columns;
}

function fromColumns(
  { data, rows, columns }: Matrix,
  { scoreThreshold, classCount }: DecodeContext,
): Candidates {
  const classes = Math.min(classCount ?? rows - 4, rows - 4);
  const end = (4 + classes) * columns;
  const { floor, toScore } = scaleOf(data, scoreThreshold, { from: 4 * columns, to: end });
  const best = data.slice(4 * columns, 5 * columns);
  const bestClass = new Int32Array(columns);
  // One pass per class reads memory in order.
  for (let number = 1, from = 5 * columns; from < end; number += 1, from += columns)
    for (let at = 0; at < columns; at += 1) {
      const score = data[from + at]!;
      if (score > best[at]!) {
        best[at] = score;
        bestClass[at] = number;
      }
    }
  const found = new Candidates();
  for (let at = 0; at < best.length; at += 1)
    if (best[at]! >= floor)
      found.addCentre(
        data[at]!,
        data[columns + at]!,
        data[2 * columns + at]!,
        data[3 * columns + at]!,
        toScore(best[at]!),
        bestClass[at]!,
      );
  return found;
}

function fromRows(
  { data, rows, columns }: Matrix,
  { scoreThreshold, classCount }: DecodeContext,
): Candidates {
  const classes = Math.min(classCount ?? columns - 4, columns - 4);
  const found = new Candidates();
  const { floor, toScore }: ScoreScale = scaleOf(data, scoreThreshold, { from: 4, step: columns });
  for (let row = 0, at = 0; row < rows; row += 1, at += columns) {
    let best = 0;
    for (let number = 1; number < classes; number += 1)
      if (data[at + 4 + number]! > data[at + 4 + best]!) best = number;
    const score = data[at + 4 + best]!;
    if (score >= floor)
      found.addCentre(data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!, toScore(score), best);
  }
  return found;
}
