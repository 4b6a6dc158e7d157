/** How a network's raw numbers become scores in 0..1. */
export interface ScoreScale {
  /** Raw numbers below this are scores below the threshold. */
  readonly floor: number;
  readonly toScore: (value: number) => number;
}

export const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

const AS_THEY_ARE = (value: number): number => value;

/** The network has applied sigmoid or softmax already. */
export const probabilities = (threshold: number): ScoreScale => ({ floor: threshold, toScore: AS_THEY_ARE });

/** The network gives logits; sigmoid turns them into 0..1. */
export const logits = (threshold: number): ScoreScale => ({
  floor: threshold <= 0 ? -Infinity : Math.log(threshold / (1 - threshold)),
  toScore: sigmoid,
});

/** Small number types round beyond 0..1 by at most this. */
const SLACK = 0.02;
const LOOKS = 4096;

/**
 * Decides from a sample whether numbers are probabilities: logits leave 0..1 quickly. `from` and `step` choose one
 * column of rows, or, with a step of 1, a whole block.
 */
export function scaleOf(
  data: Float32Array,
  threshold: number,
  { from = 0, to = data.length, step = 1 } = {},
): ScoreScale {
  const stride = step * Math.max(1, Math.floor((to - from) / step / LOOKS));
  for (let at = from; at < to; at += stride)
    if (data[at]! < -SLACK || data[at]! > 1 + SLACK) return logits(threshold);
  return probabilities(threshold);
}
