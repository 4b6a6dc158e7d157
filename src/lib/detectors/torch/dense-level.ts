import { refusal } from './refusal';
import { topK } from './top-k';
import type { Tensor } from '../detector';

/** The outputs of one level for each class and anchor. */
export interface LevelScores {
  /** Shape [1, anchors * classes, h, w], before the sigmoid. */
  readonly logits: Tensor;
  readonly classes: number;
  /**
   * FCOS's centerness in 0..1 per cell. The score is the square root of its product with the class probability.
   */
  readonly centredness?: Float32Array;
}

export interface ScoredAnchor {
  readonly score: number;
  readonly classNumber: number;
  /** The anchor's index in its level: (y * width + x) * anchors + anchor. */
  readonly anchor: number;
}

/** torchvision keeps at most this many anchors of a level. */
const MAX_PER_LEVEL = 1000;

/** The anchors and classes of a level that score above the threshold, by descending score. */
export function bestOfLevel(
  { logits, classes, centredness }: LevelScores,
  threshold: number,
): ScoredAnchor[] {
  const values = logits.data as Float32Array;
  const cells = logits.shape[2]! * logits.shape[3]!;
  const anchors = logits.shape[1]! / classes;
  const { fround, sqrt } = Math;
  // Comparing logits is far cheaper than computing every sigmoid: no lower logit can reach the threshold.
  const least = centredness === undefined ? threshold : threshold * threshold;
  const cut = Math.log(least / (1 - least)) - 1e-3;
  const places: number[] = [];
  const scores: number[] = [];
  for (let at = 0; at < values.length; at += 1) {
    const logit = values[at]!;
    if (logit < cut) continue;
    if (Number.isNaN(logit)) throw refusal('outputs-nan');
    const own = sigmoid(logit);
    const score = centredness === undefined ? own : fround(sqrt(fround(own * centredness[at % cells]!)));
    if (score <= threshold) continue;
    places.push(at);
    scores.push(score);
  }
  return Array.from(topK(Float32Array.from(scores), MAX_PER_LEVEL), (chosen) => {
    const at = places[chosen]!;
    const cell = at % cells;
    const plane = (at - cell) / cells;
    const classNumber = plane % classes;
    return {
      score: scores[chosen]!,
      classNumber,
      anchor: cell * anchors + (plane - classNumber) / classes,
    };
  });
}

export const sigmoid = (logit: number): number => Math.fround(1 / (1 + Math.exp(-logit)));
