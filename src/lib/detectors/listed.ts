import { Candidates } from './candidates';
import type { NamedTensors, Tensor } from './detector';
import { floatsOf, isFloat, lastOf, output, outputsUnknown } from './tensors';

/**
 * Boxes that a network has chosen itself, as three lists: four numbers per box, one class per box, one score per
 * box.
 */
export interface Listed {
  readonly boxes: Float32Array;
  readonly labels: Float32Array;
  readonly scores: Float32Array;
  readonly count: number;
}

/**
 * Finds the three lists by their names, else by their types and shapes: floats `[.., n, 4]`, integers `[.., n]` and
 * floats `[.., n]`.
 */
export function listed(
  outputs: NamedTensors,
  names: { readonly boxes: string; readonly labels: string; readonly scores: string },
): Listed {
  const isBoxes = (tensor: Tensor) => isFloat(tensor) && lastOf(tensor.shape) === 4;
  const boxesOf = output(outputs, [names.boxes], isBoxes);
  const isOneEach = (tensor: Tensor) => tensor.data.length === boxesOf.data.length / 4 && tensor !== boxesOf;
  const labelsOf = output(outputs, [names.labels], (tensor) => !isFloat(tensor) && isOneEach(tensor));
  const scoresOf = output(outputs, [names.scores], (tensor) => isFloat(tensor) && isOneEach(tensor));
  const [boxes, labels, scores] = [floatsOf(boxesOf), floatsOf(labelsOf), floatsOf(scoresOf)];
  const count = scores.length;
  if (boxes.length !== count * 4 || labels.length !== count) throw outputsUnknown(outputs);
  return { boxes, labels, scores, count };
}

/** Decodes the lists. Classes are counted from `firstClass`; lower ones are the background and are left out. */
export function fromList(
  { boxes, labels, scores, count }: Listed,
  scoreThreshold: number,
  firstClass: 0 | 1,
): Candidates {
  const found = new Candidates();
  for (let at = 0; at < count; at += 1) {
    const classNumber = Math.round(labels[at]!) - firstClass;
    if (scores[at]! >= scoreThreshold && classNumber >= 0)
      found.addCorners(
        boxes[at * 4]!,
        boxes[at * 4 + 1]!,
        boxes[at * 4 + 2]!,
        boxes[at * 4 + 3]!,
        scores[at]!,
        classNumber,
      );
  }
  return found;
}
