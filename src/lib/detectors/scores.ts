/** How a network's numbers become scores of 0..1. */
export interface ScoreScale {
  /** Numbers below it are below the threshold. */
  readonly floor: number;
  readonly toScore: (value: number) => number;
}

export const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

const AS_THEY_ARE = (value: number): number => value;

/** Scores that the network has squashed already. */
export const probabilities = (threshold: number): ScoreScale => ({ floor: threshold, toScore: AS_THEY_ARE });

/** Scores of any size, which a sigmoid brings to 0..1. */
export const logits = (threshold: number): ScoreScale => ({
  floor: threshold <= 0 ? -Infinity : Math.log(threshold / (1 - threshold)),
  toScore: sigmoid,
});

/** Rounding of small number types may leave 0..1 by a little. */
const SLACK = 0.02;
const LOOKS = 4096;

/**
 * Whether numbers are probabilities is seen from some of them spread over all: logits leave 0..1 at once.
 * `from` and `step` choose one column of rows, or a whole block with a step of 1.
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
