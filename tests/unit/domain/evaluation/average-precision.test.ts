import { averagePrecision } from '$lib/domain/evaluation/average-precision';
import { IOU_THRESHOLDS, RECALLS } from '$lib/domain/evaluation/coco';
import type { BoxRow } from '$lib/domain/evaluation/columns';
import { curveAt, summarizeScores } from '$lib/domain/evaluation/summary';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { collected, square } from '../../../fixtures/evaluation';
import { seeded } from '../../../fixtures/seeded';

type Pictures = readonly (readonly BoxRow[])[];

const scores = (truth: Pictures, found: Pictures, labels = 1) =>
  averagePrecision(collected(truth).truth(), collected(found).found(), labels);
const one = (truth: readonly BoxRow[], found: readonly BoxRow[]) => scores([truth], [found])[0]!;
const near = (value: number): unknown => expect.closeTo(value, 12);

describe('worked by hand', () => {
  test('one right, one wrong, one more right of three', () => {
    // By falling score: right, wrong, right. So precision 1/1, 1/2, 2/3 at recall 1/3, 1/3, 2/3; the third is missed.
    // Made to fall only: 1, 2/3, 2/3. Recalls 0 … 0.33 (34 readings) see 1, 0.34 … 0.66 (33 readings) see 2/3, and
    // 0.67 … 1 (34 readings) see 0: (34 x 1 + 33 x 2/3) / 101 = 56 / 101.
    const truth = [square(0, 0, 50), square(100, 0, 50), square(200, 0, 50)];
    const found = [
      square(0, 0, 50, { score: 0.9 }),
      square(300, 300, 50, { score: 0.8 }),
      square(100, 0, 50, { score: 0.7 }),
    ];
    const result = one(truth, found);
    expect(result).toMatchObject({ trueCount: 3, foundCount: 3 });
    expect(result.precision50).toEqual(near(56 / 101));
    // The two right ones lie exactly, so every IoU threshold gives the same.
    expect(result.precision.all).toEqual(near(56 / 101));
    expect(result.recall.all).toEqual(near(2 / 3));
    // With one box a picture only the surest counts: one of three.
    expect(result.recallAt).toEqual({ 1: near(1 / 3), 10: near(2 / 3), 100: near(2 / 3) });
    // The curve itself, and the score down to which boxes have to be taken.
    expect(result.curves.slice(0, 101).at(33)).toEqual(near(1));
    expect(result.curves.slice(0, 101).at(34)).toEqual(near(2 / 3));
    expect(result.curves.slice(0, 101).at(67)).toBe(0);
    expect([result.curveScores[33], result.curveScores[34], result.curveScores[67]]).toEqual([0.9, 0.7, 0]);
  });

  test('a box that is off counts up to the IoU that it has', () => {
    // 100 x 100 beside 100 x 100, moved by 20: they share 80 x 100 = 8,000 of 20,000 - 8,000 = 12,000, so 2/3.
    // It is right at 0.5, 0.55, 0.6, 0.65 and wrong at the six thresholds from 0.7 on: AP = 4 / 10.
    const result = one([square(0, 0, 100)], [square(20, 0, 100)]);
    expect(result.precision50).toEqual(near(1));
    expect(result.precision75).toBe(0);
    expect(result.precision.all).toEqual(near(0.4));
    expect(result.recall.all).toEqual(near(0.4));
  });

  test('an IoU of just 0.5 is enough', () => {
    // 100 x 100 in 200 x 100 share 10,000 of 20,000.
    const result = one([{ ...square(0, 0, 100), width: 200 }], [square(0, 0, 100)]);
    expect(result.precision50).toEqual(near(1));
    expect(result.precision.all).toEqual(near(0.1));
  });

  test('a second box on one object is wrong', () => {
    // Right, wrong, right of two: 1/1, 1/2, 2/3 at recall 1/2, 1/2, 1. Recalls 0 … 0.5 (51) see 1, the other 50 see
    // 2/3: (51 + 100/3) / 101.
    const found = [
      square(0, 0, 50, { score: 0.9 }),
      square(1, 0, 50, { score: 0.8 }),
      square(100, 0, 50, { score: 0.7 }),
    ];
    expect(one([square(0, 0, 50), square(100, 0, 50)], found).precision50).toEqual(
      near((51 + 100 / 3) / 101),
    );
  });

  test('the mean goes over the labels that have true boxes', () => {
    const truth = [[square(0, 0, 50), square(100, 0, 50, { label: 1 })]];
    const found = [[square(0, 0, 50), square(200, 0, 50, { label: 2 })]];
    const each = scores(truth, found, 3);
    expect(each.map(({ precision }) => precision.all)).toEqual([near(1), 0, null]);
    expect(summarizeScores(each).precision.all).toEqual(near(0.5));
    expect(curveAt(summarizeScores(each).curves, 0)[100]).toEqual(near(0.5));
    expect(summarizeScores([each[2]!]).precision).toEqual({
      all: null,
      small: null,
      medium: null,
      large: null,
    });
  });
});

describe('areas', () => {
  test.each([
    [32, ['small', 'medium']],
    [96, ['medium', 'large']],
    [31.9, ['small']],
    [32.1, ['medium']],
    [96.1, ['large']],
  ] as const)('%d² counts as %s', (side, ranges) => {
    const { precision, recall } = one([square(0, 0, side)], [square(0, 0, side)]);
    for (const range of ['small', 'medium', 'large'] as const) {
      const expected = (ranges as readonly string[]).includes(range) ? near(1) : null;
      expect(precision[range]).toEqual(expected);
      expect(recall[range]).toEqual(expected);
    }
  });

  test('a found box of another size is no mistake in a range', () => {
    // Small: one true box, found. The large box that nobody drew lies outside the range.
    const found = [square(0, 0, 200, { score: 0.9 }), square(300, 0, 20, { score: 0.5 })];
    const result = one([square(300, 0, 20)], found);
    expect(result.precision.small).toEqual(near(1));
    // Of every area it is wrong, and comes first: 1/2 at every recall.
    expect(result.precision.all).toEqual(near(0.5));
  });

  test('what counts is taken before what does not, whatever its IoU', () => {
    // The found box lies on a large true one exactly, and on a medium one (90 x 90 of 100 x 100) by 0.81.
    const truth = [square(0, 0, 100), square(0, 0, 90)];
    const { precision } = one(truth, [square(0, 0, 100)]);
    // Medium: right at the seven thresholds up to 0.8.
    expect(precision.medium).toEqual(near(0.7));
    expect(precision.large).toEqual(near(1));
  });
});

describe('crowds', () => {
  const crowd = square(0, 0, 200, { isCrowd: true });
  test('are no true boxes, and what lies in one is neither right nor wrong', () => {
    const inside = [0, 50, 100].map((x) => square(x, 0, 40, { score: 0.9 }));
    const result = one([crowd, square(300, 0, 50)], [...inside, square(300, 0, 50, { score: 0.1 })]);
    expect(result.trueCount).toBe(1);
    expect(result.precision.all).toEqual(near(1));
    expect(one([crowd], inside).precision.all).toBeNull();
  });

  test('are measured by the found box alone', () => {
    // Half of the found box lies in the crowd: 0.5 of it, so it is forgiven at the first threshold only. There the
    // true box makes precision 1; at the nine others the forgiven one is wrong and comes first: 1/2.
    const found = [square(180, 0, 40, { score: 0.9 }), square(300, 0, 50, { score: 0.1 })];
    const result = one([crowd, square(300, 0, 50)], found);
    expect(result.precision50).toEqual(near(1));
    expect(result.precision.all).toEqual(near((1 + 9 * 0.5) / 10));
  });
});

test('of a label and picture only the first hundred by score are looked at', () => {
  const wrong = Array.from({ length: 100 }, (_, at) => square(500, 500 + at, 20, { score: 0.9 }));
  const right = square(0, 0, 20, { score: 0.5 });
  expect(one([square(0, 0, 20)], [...wrong, right]).recall.all).toBe(0);
  // One place earlier it is the hundredth: 1/100 at every recall.
  expect(one([square(0, 0, 20)], [...wrong.slice(1), right]).precision.all).toEqual(near(1 / 100));
  // Another picture has its own hundred.
  expect(scores([[], [square(0, 0, 20)]], [wrong, [right]])[0]!.recall.all).toBe(1);
});

describe('equal scores', () => {
  const [right, wrong] = [square(0, 0, 50, { score: 0.5 }), square(200, 0, 50, { score: 0.5 })];
  test('stay in their order, in a picture and over pictures', () => {
    // Right first: 1 at every recall. Wrong first: 1/2 at every recall.
    expect(one([square(0, 0, 50)], [right, wrong]).precision50).toEqual(near(1));
    expect(one([square(0, 0, 50)], [wrong, right]).precision50).toEqual(near(0.5));
    expect(scores([[square(0, 0, 50)], []], [[right], [wrong]])[0]!.precision50).toEqual(near(1));
    expect(scores([[], [square(0, 0, 50)]], [[wrong], [right]])[0]!.precision50).toEqual(near(0.5));
  });

  test('of two true boxes with the same IoU the later one is taken', () => {
    // Both found boxes lie between two true ones; the first takes the later one, the second the other.
    const truth = [square(0, 0, 100), square(40, 0, 100)];
    const found = [square(20, 0, 100, { score: 0.9 }), square(40, 0, 100, { score: 0.8 })];
    // At 0.65 (2/3 for the first): the first takes the right-hand box, so the second, which lies on it exactly, only
    // shares 60 x 100 of 14,000 with the other: wrong. One of two: (51 x 1) / 101.
    const curves = curveAt(one(truth, found).curves, 3);
    expect(curves.reduce((sum, value) => sum + value, 0) / 101).toEqual(near(51 / 101));
  });
});

describe('always', () => {
  const below = seeded(11);
  const random = () => below(1);
  const drawn = (count: number): Pictures =>
    Array.from({ length: count }, () =>
      Array.from({ length: 1 + Math.floor(random() * 6) }, () => ({
        label: Math.floor(random() * 3),
        x: random() * 400,
        y: random() * 400,
        width: 10 + random() * 150,
        height: 10 + random() * 150,
      })),
    );
  const shaken = (pictures: Pictures): Pictures =>
    pictures.map((boxes) =>
      boxes.map((box) => ({ ...box, x: box.x + random() * 30, y: box.y + random() * 30, score: random() })),
    );
  const mean = (truth: Pictures, found: Pictures) => summarizeScores(scores(truth, found, 3)).precision.all!;

  test.each(Array.from({ length: 20 }, (_, round) => round))('perfect is 1 (%d)', () => {
    const truth = drawn(5);
    const summary = summarizeScores(scores(truth, truth, 3));
    expect([summary.precision.all, summary.precision50, summary.recall.all]).toEqual([
      near(1),
      near(1),
      near(1),
    ]);
  });

  test.each(Array.from({ length: 20 }, (_, round) => round))('order does not matter (%d)', () => {
    const [truth, found] = ((made) => [made, shaken(made)] as const)(drawn(8));
    const turned = (pictures: Pictures) => pictures.map((boxes) => [...boxes].reverse()).reverse();
    expect(mean(turned(truth), turned(found))).toEqual(near(mean(truth, found)));
  });

  test.each(Array.from({ length: 20 }, (_, round) => round))(
    'more false positives never raise it (%d)',
    () => {
      const truth = drawn(8);
      let found = shaken(truth);
      let before = mean(truth, found);
      expect(before).toBeGreaterThan(0);
      for (let more = 0; more < 5; more += 1) {
        const picture = Math.floor(random() * found.length);
        const falsePositive = square(900, 900, 20, { label: Math.floor(random() * 3), score: random() });
        found = found.map((boxes, at) => (at === picture ? [...boxes, falsePositive] : boxes));
        const after = mean(truth, found);
        expect(after).toBeLessThanOrEqual(before + 1e-12);
        before = after;
      }
    },
  );
});

test('the IoU thresholds and recalls are those of the reference, to the last digit', () => {
  expect(IOU_THRESHOLDS).toEqual([0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.8999999999999999, 0.95]);
  expect([RECALLS[0], RECALLS[35], RECALLS[50], RECALLS[100]]).toEqual([0, 0.35000000000000003, 0.5, 1]);
});

interface Expected {
  readonly labels: number;
  readonly truth: readonly (readonly number[])[];
  readonly found: readonly (readonly number[])[];
  readonly stats: readonly number[];
  readonly precision: readonly (readonly (readonly number[])[])[];
  readonly byLabel: readonly number[];
  readonly recallByLabel: readonly number[];
}

test('made-up pictures get the numbers that COCO’s own program gives them', () => {
  const expected = JSON.parse(
    readFileSync('tests/fixtures/coco-reference/expected.json', 'utf8'),
  ) as Expected;
  const pictures = (
    rows: readonly (readonly number[])[],
    named: (row: readonly number[]) => Partial<BoxRow>,
  ) =>
    Array.from({ length: 40 }, (_, picture) =>
      rows
        .filter(([of]) => of === picture)
        .map((row): BoxRow => {
          const [, label = 0, x = 0, y = 0, width = 0, height = 0] = row;
          return { label, x, y, width, height, ...named(row) };
        }),
    );
  const labels = scores(
    pictures(expected.truth, ([, , , , , , area, crowd]) => ({ area: area!, isCrowd: crowd === 1 })),
    pictures(expected.found, (row) => ({ score: row[6]! })),
    expected.labels,
  );
  const { precision, precision50, precision75, recallAt, recall } = summarizeScores(labels);
  const stats = [
    [precision.all, precision50, precision75, precision.small, precision.medium, precision.large],
    [recallAt[1], recallAt[10], recallAt[100], recall.small, recall.medium, recall.large],
  ].flat();
  expect(stats).toEqual(expected.stats.map(near));
  const told = (value: number | null) => value ?? -1;
  expect(labels.map((label) => told(label.precision.all))).toEqual(expected.byLabel.map(near));
  expect(labels.map((label) => told(label.recall.all))).toEqual(expected.recallByLabel.map(near));
  for (const [at, index] of [0, 5].entries())
    expect(
      labels.map(({ curves, trueCount }) =>
        curveAt(curves, index)
          .filter((_, reading) => reading % 10 === 0)
          .map((value) => (trueCount === 0 ? -1 : value)),
      ),
    ).toEqual(expected.precision[at]!.map((label) => label.map(near)));
});
