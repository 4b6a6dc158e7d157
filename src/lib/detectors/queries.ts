import { Candidates } from './candidates';
import type { DecodeContext } from './convention';
import { logits, probabilities, scaleOf } from './scores';
import type { Matrix } from './tensors';

/**
 * How a query's logits become scores. softmax: over all columns, of which the last is "no object"; sigmoid: each
 * column by itself; sigmoid-but-last: the same, but the last column is not read; by-looks: the numbers are scores
 * already if they lie in 0..1, else sigmoid is applied.
 */
export type Activation = 'softmax' | 'sigmoid' | 'sigmoid-but-last' | 'by-looks';

/**
 * Decodes the two matrices of the DETR family: boxes `[Q, 4]` as centre and size in 0..1 of the input, and one
 * logit per class `[Q, C]`.
 */
export function queries(
  boxes: Matrix,
  scores: Matrix,
  context: DecodeContext,
  activation: Activation,
): Candidates {
  const { data, columns } = scores;
  const { scoreThreshold, classCount, input } = context;
  const hasNothing = activation === 'softmax' || activation === 'sigmoid-but-last';
  const all = Math.max(1, columns - (hasNothing ? 1 : 0));
  const classes = Math.min(classCount ?? all, all);
  const scale =
    activation === 'softmax'
      ? probabilities(scoreThreshold)
      : activation === 'by-looks'
        ? scaleOf(data, scoreThreshold)
        : logits(scoreThreshold);
  const found = new Candidates();
  for (let row = 0; row < Math.min(boxes.rows, scores.rows); row += 1) {
    const at = row * columns;
    let best = 0;
    for (let number = 1; number < classes; number += 1)
      if (data[at + number]! > data[at + best]!) best = number;
    const value = activation === 'softmax' ? share(data, at, columns, best) : data[at + best]!;
    if (!(value >= scale.floor)) continue;
    const box = boxes.data.subarray(row * 4, row * 4 + 4);
    found.addCentre(box[0]!, box[1]!, box[2]!, box[3]!, scale.toScore(value), best);
  }
  return found.scale(input);
}

/** The softmax of one column. */
function share(data: Float32Array, from: number, columns: number, column: number): number {
  let sum = 0;
  for (let at = from; at < from + columns; at += 1) sum += Math.exp(data[at]! - data[from + column]!);
  return 1 / sum;
}
