import { Candidates } from '../candidates';
import type { Convention, Reading } from '../convention';
import { scaleOf } from '../scores';
import { firstMatrix, type Matrix } from '../tensors';

/**
 * `[1, N, 5 + C]`: centre and size in input pixels, how sure it is that there is something, then how sure of each
 * class if there is; the score is the product.
 */
export const yoloV5: Convention = {
  id: 'yolo-v5',
  name: 'YOLOv5, YOLOv7',
  defaults: { overlapThreshold: 0.45 },
  multiple: 32,
  answers: 'every-place',
  decode: (outputs, reading) => rowsWithObjectness(firstMatrix(outputs), reading).scaleIfParts(reading.input),
};

/** Centre and size, in pixels, of the box that a row's four numbers from `at` tell. */
export type BoxOfRow = (
  row: number,
  at: number,
) => readonly [x: number, y: number, width: number, height: number];

/** Only the rows that are found are asked for their boxes; left out: they tell them as they are. */
export function rowsWithObjectness(
  { data, rows, columns }: Matrix,
  { scoreThreshold, classCount }: Reading,
  boxOf: BoxOfRow = (_, at) => [data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!],
): Candidates {
  const classes = Math.min(classCount ?? columns - 5, columns - 5);
  const found = new Candidates();
  const sureOf = scaleOf(data, scoreThreshold, { from: 4, step: columns });
  for (let row = 0, at = 0; row < rows; row += 1, at += columns) {
    // The product cannot be above its first factor.
    if (!(data[at + 4]! >= sureOf.floor)) continue;
    let best = 0;
    for (let number = 1; number < classes; number += 1)
      if (data[at + 5 + number]! > data[at + 5 + best]!) best = number;
    const ofClass = classes > 0 ? sureOf.toScore(data[at + 5 + best]!) : 1;
    const score = sureOf.toScore(data[at + 4]!) * ofClass;
    if (score >= scoreThreshold) found.addCentre(...boxOf(row, at), score, best);
  }
  return found;
}
