import type { BoxRow } from '$lib/domain/evaluation/columns';
import { confusion } from '$lib/domain/evaluation/confusion';
import { judge, VERDICTS } from '$lib/domain/evaluation/verdicts';
import { WRONG_KINDS, wrongBoxes } from '$lib/domain/evaluation/wrong-boxes';
import { describe, expect, test } from 'vitest';
import { collected, square } from '../../../fixtures/evaluation';
import { seeded } from '../../../fixtures/seeded';

function judged(truth: readonly (readonly BoxRow[])[], found: readonly (readonly BoxRow[])[], labels = 2) {
  const [given, said] = [collected(truth).truth(), collected(found).found()];
  const verdicts = judge(given, said);
  return {
    verdicts,
    is: [...verdicts.verdict].map((at) => VERDICTS[at]),
    matrix: (threshold: number) => confusion(given, said, verdicts, labels, threshold).map((row) => [...row]),
    wrong: (threshold: number, label: number | null = null) =>
      Object.fromEntries(
        WRONG_KINDS.map((kind) => [
          kind,
          [...wrongBoxes(given, said, verdicts, kind, threshold, label).places],
        ]),
      ),
  };
}

describe('one picture with everything in it', () => {
  // Two labels. True: three of label 0, two of label 1.
  const truth = [
    square(0, 0, 100),
    square(200, 0, 100),
    square(400, 0, 100),
    square(0, 200, 100, { label: 1 }),
    square(200, 200, 100, { label: 1 }),
  ];
  const found = [
    square(0, 0, 100, { score: 0.9 }), // right
    square(205, 0, 100, { score: 0.8, label: 1 }), // on a 0, called 1: wrong label
    square(0, 260, 100, { score: 0.7, label: 1 }), // shares 40 x 100 of 16,000: 0.25, badly placed
    square(600, 600, 50, { score: 0.6 }), // false positive
    square(10, 0, 100, { score: 0.5 }), // the first one's object again: false positive
    square(200, 200, 100, { score: 0.2, label: 1 }), // right, but not sure
  ];
  const { is, verdicts, matrix, wrong } = judged([truth], [found]);

  test('every box gets its verdict and partner', () => {
    expect(is).toEqual(['right', 'wrong-label', 'badly-placed', 'false-positive', 'false-positive', 'right']);
    expect([...verdicts.partner]).toEqual([0, 1, 3, -1, -1, 4]);
    expect(verdicts.iou[2]).toBeCloseTo(0.25, 12);
  });

  test('the matrix has true labels as rows, found ones as columns, and nothing last', () => {
    expect(matrix(0)).toEqual([
      [1, 1, 1], // of three 0: one found as 0, one as 1, one not
      [0, 1, 1], // of two 1: one found, one not (its box is badly placed)
      [2, 1, 0], // where nothing is: two called 0, one (badly placed) called 1
    ]);
    expect(matrix(0.3)).toEqual([
      [1, 1, 1],
      [0, 0, 2],
      [2, 1, 0],
    ]);
    expect(matrix(0.75)).toEqual([
      [1, 1, 1],
      [0, 0, 2],
      [0, 0, 0],
    ]);
  });

  test('the wrong ones come by kind, the surest first', () => {
    expect(wrong(0)).toEqual({
      missed: [2],
      'false-positive': [3, 4],
      'wrong-label': [1],
      'badly-placed': [2],
    });
    expect(wrong(0.3)).toEqual({
      missed: [2, 4],
      'false-positive': [3, 4],
      'wrong-label': [1],
      'badly-placed': [2],
    });
    // Without the badly placed box its object is missed.
    expect(wrong(0.75)).toEqual({
      missed: [2, 3, 4],
      'false-positive': [],
      'wrong-label': [1],
      'badly-placed': [],
    });
    expect(wrong(0, 0)).toEqual({
      missed: [2],
      'false-positive': [3, 4],
      'wrong-label': [1],
      'badly-placed': [],
    });
    expect(wrong(0, 1)).toEqual({ missed: [], 'false-positive': [], 'wrong-label': [], 'badly-placed': [2] });
  });
});

test('of equal IoUs the true box of the same label is taken', () => {
  const [first, second] = [square(0, 0, 100, { label: 1 }), square(0, 0, 100)];
  expect(judged([[first, second]], [[square(0, 0, 100)]]).is).toEqual(['right']);
  expect(judged([[second, first]], [[square(0, 0, 100)]]).is).toEqual(['right']);
});

test('a box in a crowd is neither right nor wrong, and the crowd is not missed', () => {
  const { is, matrix, wrong } = judged([[square(0, 0, 200, { isCrowd: true })]], [[square(50, 50, 20)]]);
  expect(is).toEqual(['crowded']);
  expect(
    matrix(0)
      .flat()
      .every((count) => count === 0),
  ).toBe(true);
  expect(Object.values(wrong(0)).flat()).toEqual([]);
});

test('a box found with a score of 0 is found', () => {
  const { matrix, wrong } = judged([[square(0, 0, 50)]], [[square(0, 0, 50, { score: 0 })]], 1);
  expect(matrix(0)).toEqual([
    [1, 0],
    [0, 0],
  ]);
  expect(wrong(0)['missed']).toEqual([]);
});

test('a threshold says the same as leaving the boxes below it out', () => {
  const below = seeded(5);
  for (let round = 0; round < 30; round += 1) {
    const box = (): BoxRow => ({
      ...square(below(200), below(200), 20 + below(80)),
      label: Math.floor(below(2)),
      score: below(1),
    });
    const truth = [Array.from({ length: 6 }, box), Array.from({ length: 3 }, box)];
    const found = truth.map((boxes) =>
      boxes.flatMap((one) => [{ ...box(), x: one.x + below(20), y: one.y + below(20) }, box()]),
    );
    const kept = found.map((boxes) => boxes.filter(({ score = 1 }) => score >= 0.5));
    expect(judged(truth, found).matrix(0.5)).toEqual(judged(truth, kept).matrix(0));
    expect(judged(truth, found).wrong(0.5)['missed']).toEqual(judged(truth, kept).wrong(0)['missed']);
    // Rows of labels count every true box once; columns of labels every found box once.
    const counts = judged(truth, found).matrix(0.5);
    expect(
      counts
        .slice(0, 2)
        .flat()
        .reduce((sum, count) => sum + count, 0),
    ).toBe(9);
    expect(counts.flatMap((row) => row.slice(0, 2)).reduce((sum, count) => sum + count, 0)).toBe(
      kept.flat().length,
    );
  }
});
