import type { PredictedBoxes, GroundTruthBoxes } from './columns';
import { NO_SCORE, VERDICTS, type Verdicts } from './verdicts';

/**
 * Confusion matrix: how often a ground truth label (row) was predicted as a label (column), for predictions with a
 * score of at least `threshold`. The last row counts false positives, the last column missed boxes. See [Note:
 * Verdicts].
 */
export function confusion(
  truth: GroundTruthBoxes,
  found: PredictedBoxes,
  { verdict, partner, takenAt }: Verdicts,
  labelCount: number,
  threshold: number,
): readonly Uint32Array[] {
  const rows = Array.from({ length: labelCount + 1 }, () => new Uint32Array(labelCount + 1));
  const [right, wrongLabel, crowded] = [
    VERDICTS.indexOf('right'),
    VERDICTS.indexOf('wrong-label'),
    VERDICTS.indexOf('crowded'),
  ];
  for (let at = 0; at < found.label.length; at += 1) {
    if (found.score[at]! < threshold || verdict[at] === crowded) continue;
    const isTaken = verdict[at] === right || verdict[at] === wrongLabel;
    const row = isTaken ? truth.label[partner[at]!]! : labelCount;
    rows[row]![found.label[at]!]! += 1;
  }
  for (let at = 0; at < truth.label.length; at += 1)
    if (truth.isCrowd[at] === 0 && (takenAt[at] === NO_SCORE || takenAt[at]! < threshold))
      rows[truth.label[at]!]![labelCount]! += 1;
  return rows;
}
