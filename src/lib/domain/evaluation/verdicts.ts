import { byFallingScore, grouped, pictureOfEach } from './by-score';
import type { FoundBoxes, TrueBoxes } from './columns';
import { overlapOf } from './overlap';

/** What a found box is. `crowded`: it lies in a crowd, so it is neither right nor wrong. */
export type Verdict = 'right' | 'wrong-label' | 'badly-placed' | 'false-positive' | 'crowded';
export const VERDICTS: readonly Verdict[] = [
  'right',
  'wrong-label',
  'badly-placed',
  'false-positive',
  'crowded',
];

/** This much of both together makes a found box the true one's. */
export const SAME_OBJECT = 0.5;
/** This much says which object was meant, though the box is badly placed. */
export const NEAR_OBJECT = 0.1;

/** In place of the score of a box that is not there: below every score, whatever range a model's scores have. */
export const NO_SCORE = -Infinity;

/**
 * [Note: Verdicts]
 * What became of every box whatever its label, for all thresholds of score at once. In each picture the found boxes
 * go by falling score (equal scores in their order); each takes the free true box that it overlaps most, where that
 * is at least 0.5; of equal overlaps the one with its own label. What a box takes depends on surer boxes alone: so
 * for a threshold the boxes below it are simply left out, and their true boxes are free.
 *
 * A box that takes none but overlaps a free one by 0.1 or more is badly placed there; that true box stays free.
 */
export interface Verdicts {
  /** Of each found box: its place in VERDICTS. */
  readonly verdict: Uint8Array;
  /** Of each found box: the true box that it took or is badly placed on; -1: none. */
  readonly partner: Int32Array;
  /** Of each found box: how much it overlaps its partner, 0..1. */
  readonly overlap: Float64Array;
  /** Of each true box: the score of the box that took it; NO_SCORE: none did. */
  readonly takenAt: Float64Array;
  /** Of each true box: the highest score of the boxes that are badly placed on it; NO_SCORE: none is. */
  readonly nearAt: Float64Array;
  /** Every found box by falling score, so that who shows a part of them has nothing to sort. */
  readonly byScore: Uint32Array;
}

export function judge(truth: TrueBoxes, found: FoundBoxes): Verdicts {
  const byScore = byFallingScore(found.score);
  const verdicts: Verdicts = {
    verdict: new Uint8Array(found.label.length),
    partner: new Int32Array(found.label.length).fill(-1),
    overlap: new Float64Array(found.label.length),
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
  truth: TrueBoxes,
  found: FoundBoxes,
  { verdict, partner, overlap, takenAt, nearAt }: Verdicts,
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
    const both = overlapOf(found, place, truth, target, isCrowd);
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
    overlap[place] = most;
    if (most < SAME_OBJECT) {
      nearAt[best] = Math.max(nearAt[best]!, score);
      is('badly-placed');
    } else {
      takenAt[best] = score;
      is(truth.label[best] === found.label[place] ? 'right' : 'wrong-label');
    }
  }
}
