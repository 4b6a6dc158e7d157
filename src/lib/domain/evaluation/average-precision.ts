import { byFallingScore } from './by-score';
import { AREA_RANGES, MOST_FOUND, OVERLAPS, RECALL_LIMITS, RECALLS, type AreaRange } from './coco';
import type { FoundBoxes, TrueBoxes } from './columns';
import { groupedByLabel } from './grouped';
import { matchLabel, NEITHER, RIGHT, type MatchedLabel } from './match-label';

/** The numbers of one label, 0..1; null where no true box of it counts. */
export interface LabelScores {
  /** How many true boxes count, crowds left out. */
  readonly trueCount: number;
  readonly foundCount: number;
  /** Average precision over ten overlaps, by area. */
  readonly precision: Readonly<Record<AreaRange, number | null>>;
  /** At overlaps of 0.5 and 0.75. */
  readonly precision50: number | null;
  readonly precision75: number | null;
  /** Recall over ten overlaps with at most 1, 10, 100 boxes a picture. */
  readonly recallAt: Readonly<Record<(typeof RECALL_LIMITS)[number], number | null>>;
  /** Recall over ten overlaps with 100 boxes a picture, by area. */
  readonly recall: Readonly<Record<AreaRange, number | null>>;
  /** Precision for each overlap and each of the 101 recalls; of every area. */
  readonly curves: Float64Array;
  /** The score down to which boxes are taken to reach that recall; 0 where it is never reached. */
  readonly curveScores: Float64Array;
}

/** Every label's numbers, in the order of labels. See [Note: COCO's evaluation]. */
export function averagePrecision(
  truth: TrueBoxes,
  found: FoundBoxes,
  labelCount: number,
): readonly LabelScores[] {
  const [truthBy, foundBy] = [groupedByLabel(truth, labelCount), groupedByLabel(found, labelCount)];
  return Array.from({ length: labelCount }, (_, label) =>
    scoresOf(
      matchLabel(found, foundBy, truth, truthBy, label),
      found,
      foundBy.starts[label + 1]! - foundBy.starts[label]!,
    ),
  );
}

function scoresOf(matched: MatchedLabel, found: FoundBoxes, foundCount: number): LabelScores {
  const order = byFallingScore(Uint32Array.from(matched.places.keys()), scoresAt(found, matched.places));
  const cells = AREA_RANGES.map((_, range) =>
    OVERLAPS.map((_, step) => curveOf(matched, found, order, range, step)),
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
    recall: byRange(({ recall }) => recall[MOST_FOUND]),
    curves: joined(cells[0]!.map(({ precision }) => precision)),
    curveScores: joined(cells[0]!.map(({ score }) => score)),
  };
}

interface Curve {
  /** Read at RECALLS. */
  readonly precision: Float64Array;
  readonly score: Float64Array;
  readonly recall: Readonly<Record<(typeof RECALL_LIMITS)[number], number>>;
}

/** The precision over recall of one label at one overlap and range of areas. */
function curveOf(
  { places, rank, became, countedTruth }: MatchedLabel,
  found: FoundBoxes,
  order: Uint32Array,
  range: number,
  step: number,
): Curve {
  const total = countedTruth[range]!;
  const row = (range * OVERLAPS.length + step) * places.length;
  const [precision, score] = [new Float64Array(RECALLS.length), new Float64Array(RECALLS.length)];
  const recall = { 1: 0, 10: 0, 100: 0 };
  if (total === 0) return { precision, score, recall };
  const [precisions, recalls] = [new Float64Array(order.length), new Float64Array(order.length)];
  let [right, wrong] = [0, 0];
  for (let at = 0; at < order.length; at += 1) {
    const state = became[row + order[at]!];
    if (state === RIGHT) {
      right += 1;
      for (const limit of RECALL_LIMITS) if (rank[order[at]!]! < limit) recall[limit] += 1;
    } else if (state !== NEITHER) wrong += 1;
    precisions[at] = right / (right + wrong + Number.EPSILON);
    recalls[at] = right / total;
  }
  for (let at = order.length - 2; at >= 0; at -= 1)
    precisions[at] = Math.max(precisions[at]!, precisions[at + 1]!);
  for (let reading = 0, at = 0; reading < RECALLS.length; reading += 1) {
    while (at < order.length && recalls[at]! < RECALLS[reading]!) at += 1;
    if (at === order.length) break;
    precision[reading] = precisions[at]!;
    score[reading] = found.score[places[order[at]!]!]!;
  }
  for (const limit of RECALL_LIMITS) recall[limit] /= total;
  return { precision, score, recall };
}

function scoresAt(found: FoundBoxes, places: Uint32Array): Float64Array {
  const scores = new Float64Array(places.length);
  for (const [at, place] of places.entries()) scores[at] = found.score[place]!;
  return scores;
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
