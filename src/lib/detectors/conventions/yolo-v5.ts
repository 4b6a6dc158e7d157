import { Candidates } from '../candidates';
import type { Convention, DecodeContext } from '../convention';
import { scaleOf } from '../scores';
import { firstMatrix, type Matrix } from '../tensors';

/**
 * Output `[1, N, 5 + C]`: centre and size in pixels of the input, the objectness, then a score per class. The final
 * score is the product of both.
 */
export const yoloV5: Convention = {
  id: 'yolo-v5',
  name: 'YOLOv5, YOLOv7',
  defaults: { iouThreshold: 0.45 },
  multiple: 32,
  answers: 'every-place',
  decode: (outputs, context) => rowsWithObjectness(firstMatrix(outputs), context).scaleIfParts(context.input),
};

/** Decodes a row's four numbers from index `at` on to centre and size in pixels. */
export type BoxOfRow = (
  row: number,
  at: number,
) => readonly [x: number, y: number, width: number, height: number];

/**
 * `boxOf` is called only for the rows above the threshold; absent, the four numbers are centre and size already.
 */
export function rowsWithObjectness(
  { data, rows, columns }: Matrix,
  { scoreThreshold, classCount }: DecodeContext,
  boxOf: BoxOfRow = (_, at) => [data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!],
): Candidates {
  const classes = Math.min(classCount ?? columns - 5, columns - 5);
  const found = new Candidates();
  const objectness = scaleOf(data, scoreThreshold, { from: 4, step: columns });
  for (let row = 0, at = 0; row < rows; row += 1, at += columns) {
    // The product is at most its first factor.
    if (!(data[at + 4]! >= objectness.floor)) continue;
    let best = 0;
    for (let number = 1; number < classes; number += 1)
      if (data[at + 5 + number]! > data[at + 5 + best]!) best = number;
    const ofClass = classes > 0 ? objectness.toScore(data[at + 5 + best]!) : 1;
    const score = objectness.toScore(data[at + 4]!) * ofClass;
    if (score >= scoreThreshold) found.addCentre(...boxOf(row, at), score, best);
  }
  return found;
}
