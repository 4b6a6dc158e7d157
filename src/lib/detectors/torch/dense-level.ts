import { refusal } from './refusal';
import { highest } from './highest';
import type { Tensor } from '../detector';

/** What one level says of each class at each of its anchors. */
export interface LevelScores {
  /** [1, anchors * classes, h, w], before the sigmoid. */
  readonly logits: Tensor;
  readonly classes: number;
  /** 0..1 of each cell, which scores are multiplied by before their root is taken: FCOS's. */
  readonly centredness?: Float32Array;
}

export interface ScoredAnchor {
  readonly score: number;
  readonly classNumber: number;
  /** Of its level, place by place: (y * width + x) * anchors + anchor. */
  readonly anchor: number;
}

/** The most that torchvision keeps of a level. */
const MOST = 1000;

/** The anchors and classes of a level that score above the threshold, the best first. */
export function bestOfLevel(
  { logits, classes, centredness }: LevelScores,
  threshold: number,
): ScoredAnchor[] {
  const values = logits.data as Float32Array;
  const cells = logits.shape[2]! * logits.shape[3]!;
  const anchors = logits.shape[1]! / classes;
  const { fround, sqrt } = Math;
  // Far cheaper than every sigmoid: no logit below can reach the threshold.
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
  return Array.from(highest(Float32Array.from(scores), MOST), (chosen) => {
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
