import { AREA_RANGES, IOU_THRESHOLDS, RECALL_LIMITS, RECALLS } from './coco';
import type { LabelScores } from './average-precision';

/** The metrics of several labels together: the mean over those that have ground truth boxes; null if none has. */
export type Summary = Omit<LabelScores, 'curveScores'>;

export function summarizeScores(labels: readonly LabelScores[]): Summary {
  const over = (read: (label: LabelScores) => number | null): number | null => {
    const values = labels.map(read).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const record = <Key extends string | number>(
    keys: readonly Key[],
    read: (label: LabelScores, key: Key) => number | null,
  ) =>
    Object.fromEntries(keys.map((key) => [key, over((label) => read(label, key))])) as Record<
      Key,
      number | null
    >;
  const judged = labels.filter(({ trueCount }) => trueCount > 0);
  const curves = new Float64Array(IOU_THRESHOLDS.length * RECALLS.length);
  for (const label of judged)
    for (let at = 0; at < curves.length; at += 1) curves[at]! += label.curves[at]! / judged.length;
  return {
    trueCount: labels.reduce((sum, { trueCount }) => sum + trueCount, 0),
    foundCount: labels.reduce((sum, { foundCount }) => sum + foundCount, 0),
    precision: record(AREA_RANGES, ({ precision }, key) => precision[key]),
    precision50: over(({ precision50 }) => precision50),
    precision75: over(({ precision75 }) => precision75),
    recallAt: record(RECALL_LIMITS, ({ recallAt }, key) => recallAt[key]),
    recall: record(AREA_RANGES, ({ recall }, key) => recall[key]),
    curves,
  };
}

/** Precision at each of RECALLS: at the IoU threshold `IOU_THRESHOLDS[index]`, or the mean over all ten. */
export function curveAt(curves: Float64Array, index: number | 'all'): readonly number[] {
  const steps = index === 'all' ? [...IOU_THRESHOLDS.keys()] : [index];
  return RECALLS.map(
    (_, reading) =>
      steps.reduce((sum, step) => sum + curves[step * RECALLS.length + reading]!, 0) / steps.length,
  );
}
