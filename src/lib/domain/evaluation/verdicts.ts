import { byDescendingScore, grouped, pictureOfEach } from './by-score';
import type { PredictedBoxes, GroundTruthBoxes } from './columns';
import { iou } from './iou';

/** Outcome of a predicted box. `crowded`: it lies in a crowd, so it is neither right nor wrong. */
export type Verdict = 'right' | 'wrong-label' | 'badly-placed' | 'false-positive' | 'crowded';
export const VERDICTS: readonly Verdict[] = [
  'right',
  'wrong-label',
  'badly-placed',
  'false-positive',
  'crowded',
];

/** From this IoU on, a predicted box matches a ground truth box. */
export const SAME_OBJECT = 0.5;
/** From this IoU on, a predicted box counts as a badly placed attempt at a ground truth box. */
export const NEAR_OBJECT = 0.1;

/** The score of a box that does not exist: below every score, whatever range a model's scores have. */
export const NO_SCORE = -Infinity;

/**
 * [Note: Verdicts]
 * The outcome of every box regardless of its label, for all score thresholds at once. In each picture the predicted
 * boxes are taken by descending score (equal scores in their order); each takes the free ground truth box with the
 * highest IoU, if that is at least 0.5; of equal IoUs the one with its own label. What a box takes depends only on
 * boxes with higher scores: so for a threshold the boxes below it are simply left out, and their ground truth boxes are
 * free.
 *
 * A box that takes none but has an IoU of at least 0.1 with a free one is badly placed there; that ground truth box
 * stays free.
 */
export interface Verdicts {
  /** For each predicted box: the index of its outcome in VERDICTS. */
  readonly verdict: Uint8Array;
  /** For each predicted box: the ground truth box that it took or is badly placed on; -1 if none. */
  readonly partner: Int32Array;
  /** For each predicted box: its IoU with its partner, 0..1. */
  readonly iou: Float64Array;
  /** For each ground truth box: the score of the box that took it; NO_SCORE if none did. */
  readonly takenAt: Float64Array;
  /** For each ground truth box: the highest score of the boxes that are badly placed on it; NO_SCORE if none is. */
  readonly nearAt: Float64Array;
  /** All predicted boxes by descending score, so that a screen that shows some of them need not sort. */
  readonly byScore: Uint32Array;
}

export function judge(truth: GroundTruthBoxes, found: PredictedBoxes): Verdicts {
  const byScore = byDescendingScore(found.score);
  const verdicts: Verdicts = {
    verdict: new Uint8Array(found.label.length),
    partner: new Int32Array(found.label.length).fill(-1),
    iou: new Float64Array(found.label.length),
    takenAt: new Float64Array(truth.label.length).fill(NO_SCORE),
    nearAt: new Float64Array(truth.label.length).fill(NO_SCORE),
    byScore,
  };
  const pictures = pictureOfEach(found.starts);
  for (const place of grouped(byScore, pictures, found.starts.length - 1).places) {
    const picture = pictures[place]!;
    judgeBox(truth, found, verdicts, truth.starts[picture]!, truth.starts[picture + 1]!, place);
  }
  return verdicts;
}

function judgeBox(
  truth: GroundTruthBoxes,
  found: PredictedBoxes,
  { verdict, partner, iou: ious, takenAt, nearAt }: Verdicts,
  start: number,
  end: number,
  place: number,
): void {
  let best = -1;
  let most = 0;
  let inCrowd = 0;
  for (let target = start; target < end; target += 1) {
    const isCrowd = truth.isCrowd[target] === 1;
    if (!isCrowd && takenAt[target] !== NO_SCORE) continue;
    const both = iou(found, place, truth, target, isCrowd);
    if (isCrowd) inCrowd = Math.max(inCrowd, both);
    else if (
      both > most ||
      (both === most &&
        both > 0 &&
        truth.label[best] !== found.label[place] &&
        truth.label[target] === found.label[place])
    )
      [best, most] = [target, both];
  }
  const score = found.score[place]!;
  const is = (kind: Verdict): void => {
    verdict[place] = VERDICTS.indexOf(kind);
  };
  if (most < SAME_OBJECT && inCrowd >= SAME_OBJECT) is('crowded');
  else if (most < NEAR_OBJECT) is('false-positive');
  else {
    partner[place] = best;
    ious[place] = most;
    if (most < SAME_OBJECT) {
      nearAt[best] = Math.max(nearAt[best]!, score);
      is('badly-placed');
    } else {
      takenAt[best] = score;
      is(truth.label[best] === found.label[place] ? 'right' : 'wrong-label');
    }
  }
}
