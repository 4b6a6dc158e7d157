import type { FoundBoxes, TrueBoxes } from './columns';
import { NO_SCORE, VERDICTS, type Verdict, type Verdicts } from './verdicts';

/** The ways a box can be wrong: nobody found it, or what was found is wrong. See [Note: Verdicts]. */
export type WrongKind = 'missed' | Extract<Verdict, 'false-positive' | 'wrong-label' | 'badly-placed'>;
export const WRONG_KINDS: readonly WrongKind[] = ['missed', 'false-positive', 'wrong-label', 'badly-placed'];

/** Which boxes are wrong in one way: places in the true boxes for what was missed, else in the found ones. */
export interface WrongBoxes {
  readonly kind: WrongKind;
  readonly places: Uint32Array;
}

/**
 * The boxes that are wrong in one way where boxes of a score of `threshold` or more count; of one label, or all
 * (null). A label's boxes are those that it is true for; a false positive goes by what it was called. What was
 * missed comes picture by picture, the others by falling score.
 */
export function wrongBoxes(
  truth: TrueBoxes,
  found: FoundBoxes,
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
