import type { PredictedBoxes, GroundTruthBoxes } from './columns';
import { NO_SCORE, VERDICTS, type Verdict, type Verdicts } from './verdicts';

/** The kinds of errors: a ground truth box that was missed, or a wrong prediction. See [Note: Verdicts]. */
export type WrongKind = 'missed' | Extract<Verdict, 'false-positive' | 'wrong-label' | 'badly-placed'>;
export const WRONG_KINDS: readonly WrongKind[] = ['missed', 'false-positive', 'wrong-label', 'badly-placed'];

/** The boxes with one kind of error: indices of ground truth boxes for `missed`, otherwise of predicted boxes. */
export interface WrongBoxes {
  readonly kind: WrongKind;
  readonly places: Uint32Array;
}

/**
 * The boxes with one kind of error among predictions with a score of at least `threshold`, of one label or of all
 * (null). The label is the ground truth's; for a false positive it is the predicted one. Missed boxes are ordered by
 * picture, the others by descending score.
 */
export function wrongBoxes(
  truth: GroundTruthBoxes,
  found: PredictedBoxes,
  { verdict, partner, takenAt, nearAt, byScore }: Verdicts,
  kind: WrongKind,
  threshold: number,
  label: number | null,
): WrongBoxes {
  const places: number[] = [];
  if (kind === 'missed') {
    const isBelow = (score: number): boolean => score === NO_SCORE || score < threshold;
    for (let at = 0; at < truth.label.length; at += 1)
      if (
        truth.isCrowd[at] === 0 &&
        isBelow(takenAt[at]!) &&
        isBelow(nearAt[at]!) &&
        (label === null || truth.label[at] === label)
      )
        places.push(at);
    return { kind, places: Uint32Array.from(places) };
  }
  const asked = VERDICTS.indexOf(kind);
  for (const at of byScore) {
    if (found.score[at]! < threshold) break;
    if (verdict[at] !== asked) continue;
    const of = partner[at] === -1 ? found.label[at] : truth.label[partner[at]!];
    if (label === null || of === label) places.push(at);
  }
  return { kind, places: Uint32Array.from(places) };
}
