import { byDescendingScore, grouped, pictureOfEach } from './by-score';
import { AREA_RANGES, MAX_DETECTIONS, IOU_THRESHOLDS, RECALL_LIMITS, RECALLS, type AreaRange } from './coco';
import type { PredictedBoxes, GroundTruthBoxes } from './columns';
import { matchLabel, IGNORED, RIGHT, type MatchedLabel } from './match-label';

/** The metrics of one label, 0..1; null if it has no ground truth box that counts. */
export interface LabelScores {
  /** Number of ground truth boxes that count, crowds excluded. */
  readonly trueCount: number;
  readonly foundCount: number;
  /** Average precision over the ten IoU thresholds, by area. */
  readonly precision: Readonly<Record<AreaRange, number | null>>;
  /** Average precision at IoU thresholds of 0.5 and 0.75. */
  readonly precision50: number | null;
  readonly precision75: number | null;
  /** Recall over the ten IoU thresholds with at most 1, 10, 100 detections per picture. */
  readonly recallAt: Readonly<Record<(typeof RECALL_LIMITS)[number], number | null>>;
  /** Recall over the ten IoU thresholds with 100 detections per picture, by area. */
  readonly recall: Readonly<Record<AreaRange, number | null>>;
  /** Precision at each IoU threshold and each of the 101 recalls, over all areas. */
  readonly curves: Float64Array;
  /** The lowest score of the detections needed to reach each recall; 0 if the recall is never reached. */
  readonly curveScores: Float64Array;
}

/** The metrics of every label, in the order of labels. See [Note: COCO's evaluation]. */
export function averagePrecision(
  truth: GroundTruthBoxes,
  found: PredictedBoxes,
  labelCount: number,
): readonly LabelScores[] {
  const [truthPicture, foundPicture] = [pictureOfEach(truth.starts), pictureOfEach(found.starts)];
  const byScore = byDescendingScore(found.score);
  const byPicture = grouped(byScore, foundPicture, found.starts.length - 1).places;
  const foundOf = grouped(byPicture, found.label, labelCount);
  const foundByScore = grouped(byScore, found.label, labelCount).places;
  const truthOf = grouped(Uint32Array.from(truth.label.keys()), truth.label, labelCount);
  const slotOf = new Uint32Array(found.label.length);
  return Array.from({ length: labelCount }, (_, label) => {
    const [start, end] = [foundOf.starts[label]!, foundOf.starts[label + 1]!];
    const matched = matchLabel(found, foundPicture, truth, truthPicture, {
      found: foundOf.places.subarray(start, end),
      truth: truthOf.places.subarray(truthOf.starts[label], truthOf.starts[label + 1]),
    });
    slotOf.fill(UNMATCHED);
    for (let at = 0; at < matched.places.length; at += 1) slotOf[matched.places[at]!] = at;
    const order = foundByScore
      .subarray(start, end)
      .map((place) => slotOf[place]!)
      .filter((slot) => slot !== UNMATCHED);
    return scoresOf(matched, found, order, end - start);
  });
}

/** Marks a detection that was not matched because its picture has more than MAX_DETECTIONS of its label. */
const UNMATCHED = 0xffffffff;

/** `order` lists the matched detections by descending score. */
function scoresOf(
  matched: MatchedLabel,
  found: PredictedBoxes,
  order: Uint32Array,
  foundCount: number,
): LabelScores {
  const cells = AREA_RANGES.map((_, range) =>
    IOU_THRESHOLDS.map((_, step) => curveOf(matched, found, order, range, step)),
  );
  const at = (range: number, read: (cell: Curve) => number): number | null =>
    matched.countedTruth[range] === 0 ? null : mean(cells[range]!.map(read));
  const byRange = (read: (cell: Curve) => number) =>
    Object.fromEntries(AREA_RANGES.map((name, range) => [name, at(range, read)])) as Record<
      AreaRange,
      number | null
    >;
  const one = (step: number): number | null =>
    matched.countedTruth[0] === 0 ? null : mean([...cells[0]![step]!.precision]);
  return {
    trueCount: matched.countedTruth[0]!,
    foundCount,
    precision: byRange(({ precision }) => mean([...precision])),
    precision50: one(0),
    precision75: one(5),
    recallAt: Object.fromEntries(
      RECALL_LIMITS.map((limit) => [limit, at(0, ({ recall }) => recall[limit])]),
    ) as LabelScores['recallAt'],
    recall: byRange(({ recall }) => recall[MAX_DETECTIONS]),
    curves: joined(cells[0]!.map(({ precision }) => precision)),
    curveScores: joined(cells[0]!.map(({ score }) => score)),
  };
}

interface Curve {
  /** Precision at each of RECALLS. */
  readonly precision: Float64Array;
  readonly score: Float64Array;
  readonly recall: Readonly<Record<(typeof RECALL_LIMITS)[number], number>>;
}

/** The precision over recall of one label at one IoU threshold and range of areas. */
function curveOf(
  { places, rank, outcome: became, countedTruth }: MatchedLabel,
  found: PredictedBoxes,
  order: Uint32Array,
  range: number,
  step: number,
): Curve {
  const total = countedTruth[range]!;
  const row = (range * IOU_THRESHOLDS.length + step) * places.length;
  const [precision, score] = [new Float64Array(RECALLS.length), new Float64Array(RECALLS.length)];
  const recall = { 1: 0, 10: 0, 100: 0 };
  if (total === 0) return { precision, score, recall };
  // Recall rises only at true positives, so only these can be read.
  const [precisions, rights] = [new Float64Array(total), new Uint32Array(total)];
  let [right, wrong] = [0, 0];
  for (let at = 0; at < order.length; at += 1) {
    const slot = order[at]!;
    const state = became[row + slot]!;
    if (state === RIGHT) {
      rights[right] = slot;
      right += 1;
      precisions[right - 1] = right / (right + wrong + Number.EPSILON);
      if (rank[slot]! < 1) recall[1] += 1;
      if (rank[slot]! < 10) recall[10] += 1;
    } else if (state !== IGNORED) wrong += 1;
  }
  recall[MAX_DETECTIONS] = right;
  for (let at = right - 2; at >= 0; at -= 1) precisions[at] = Math.max(precisions[at]!, precisions[at + 1]!);
  for (let reading = 0, at = 0; reading < RECALLS.length; reading += 1) {
    while (at < right && (at + 1) / total < RECALLS[reading]!) at += 1;
    if (at === right) break;
    precision[reading] = precisions[at]!;
    score[reading] = found.score[places[rights[at]!]!]!;
  }
  for (const limit of RECALL_LIMITS) recall[limit] /= total;
  return { precision, score, recall };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
