import { averagePrecision } from '$lib/domain/evaluation/average-precision';
import { summarizeScores } from '$lib/domain/evaluation/summary';
import { judge } from '$lib/domain/evaluation/verdicts';
import { asId } from '$lib/domain/ids';
import { numbersAsCsv, numbersAsJson } from '$lib/features/evaluation/numbers-file';
import type { Result } from '$lib/features/evaluation/run.svelte';
import { cropAround, wrongBoxAt } from '$lib/features/evaluation/wrong-box';
import { scoreBounds } from '$lib/features/evaluation/score-bounds';
import { describe, expect, test } from 'vitest';
import { collected, square } from '../../fixtures/evaluation';

const truth = collected([[], [square(0, 0, 50), square(100, 0, 50, { label: 1 })], []]).truth();
const found = collected([
  [],
  [square(30, 0, 50, { score: 0.9 })],
  [square(5, 5, 20, { score: 0.8 })],
]).found();
const scores = averagePrecision(truth, found, 2);
const evaluation = {
  labels: [
    { id: asId<'label'>('l1'), name: 'polyp, "flat"', color: '#000000' },
    { id: asId<'label'>('l2'), name: 'snare', color: '#ffffff' },
  ],
  scores,
  unknownLabels: [asId<'label'>('l2')],
  numbers: Int32Array.of(4, 7, 9),
  truth,
  found,
  verdicts: judge(truth, found),
  left: {
    replaced: 0,
    tasksWithoutPrediction: 0,
    boxesWithoutLabel: 0,
    boxesOfOtherClasses: 0,
    otherClasses: [],
    turned: 0,
    crowds: 0,
  },
  accepted: { asSaid: 0, changed: 0 },
};
const result: Result = {
  judged: {
    projectId: asId<'project'>('p'),
    modelId: asId<'model'>('m'),
    modelVersion: 2,
    name: 'Small',
    isImported: false,
  },
  evaluation,
  summary: summarizeScores(scores),
};

test('a threshold can be set over the scores that there are', () => {
  const bounds = (...scores: readonly number[]) => scoreBounds([{ score: Float64Array.from(scores) }]);
  expect(bounds(0.2, 0.9)).toEqual({ least: 0, most: 1, step: 0.01 });
  expect(bounds(7, 1.5)).toEqual({ least: 0, most: 7, step: 0.1 });
  expect(bounds(-3.2, 0.5)).toEqual({ least: -4, most: 1, step: 0.1 });
  expect(bounds()).toEqual({ least: 0, most: 1, step: 0.01 });
});

describe('a wrong box', () => {
  test('is of the picture that its place lies in, with what it is about', () => {
    // The first found box shares 20 x 50 of 4,000 with the first true one: 0.25.
    expect(wrongBoxAt(evaluation, 'badly-placed', 0)).toMatchObject({
      number: 7,
      truth: { x: 0, label: 0 },
      found: { x: 30, score: 0.9 },
      iou: 0.25,
    });
    expect(wrongBoxAt(evaluation, 'false-positive', 1)).toMatchObject({
      number: 9,
      truth: null,
      found: { x: 5 },
    });
    expect(wrongBoxAt(evaluation, 'missed', 1)).toMatchObject({
      number: 7,
      truth: { label: 1 },
      found: null,
    });
  });

  test.each([
    ['in the middle', [{ x: 400, y: 300, width: 100, height: 60 }]],
    ['at the edge', [{ x: 0, y: 590, width: 20, height: 10 }]],
    [
      'two of them',
      [
        { x: 10, y: 10, width: 30, height: 30 },
        { x: 700, y: 20, width: 30, height: 30 },
      ],
    ],
  ])('is cropped with room around it, in shape, inside the picture: %s', (_, boxes) => {
    const crop = cropAround(boxes, { width: 1600, height: 1200 }, 4 / 3);
    expect(crop.width / crop.height).toBeCloseTo(4 / 3, 9);
    expect(crop.height).toBeGreaterThanOrEqual(48);
    expect(crop.x).toBeGreaterThanOrEqual(0);
    expect(crop.y).toBeGreaterThanOrEqual(0);
    expect(crop.x + crop.width).toBeLessThanOrEqual(1600);
    for (const box of boxes) {
      expect(box.x).toBeGreaterThanOrEqual(crop.x);
      expect(box.x + box.width).toBeLessThanOrEqual(crop.x + crop.width);
      expect(box.y + box.height).toBeLessThanOrEqual(crop.y + crop.height);
    }
  });

  test('in a picture smaller than its crop stays in the middle of it', () => {
    const crop = cropAround([{ x: 0, y: 0, width: 100, height: 20 }], { width: 100, height: 20 }, 4 / 3);
    expect(crop.x + crop.width / 2).toBeCloseTo(50, 9);
    expect(crop.y + crop.height / 2).toBeCloseTo(10, 9);
  });
});

describe('the numbers as a file', () => {
  test('CSV has a row for all and one a label, and empty cells where there is no number', () => {
    const [head, all, first, second] = numbersAsCsv([result]).split('\r\n');
    expect(head).toBe(
      'model,version,label,trueBoxes,predictedBoxes,ap,ap50,ap75,apSmall,apMedium,apLarge,ar1,ar10,ar100,arSmall,arMedium,arLarge',
    );
    expect(all).toBe('Small,2,,2,2,0,0,0,,0,,0,0,0,,0,');
    expect(first).toMatch(/^Small,2,"polyp, ""flat""",1,2,0,/);
    expect(second).toMatch(/^Small,2,snare,1,0,0,/);
  });

  test('a name that a spreadsheet would run is text in CSV', () => {
    const named = (name: string) =>
      numbersAsCsv([
        {
          ...result,
          judged: { ...result.judged, name },
          evaluation: { ...evaluation, labels: evaluation.labels.map((label) => ({ ...label, name })) },
        },
      ]).split('\r\n');
    for (const start of ['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
      expect(named(`${start}1`)[1]).toMatch(new RegExp(`^'[${start}]1,2,,2,2,0`));
      expect(named(`${start}1`)[2]).toMatch(new RegExp(`^'[${start}]1,2,'[${start}]1,1,2,0`));
    }
    expect(named('\r=1')[1]).toMatch(/^"'\r=1",2/);
    expect(named('\t=1')[1]).toMatch(/^'\t=1,2/);
  });

  test('JSON has the curves, the confusion and the kinds of wrong boxes too', () => {
    const [read] = JSON.parse(numbersAsJson([result], 0.85)) as Record<string, unknown>[];
    expect(read).toMatchObject({
      model: 'Small',
      version: 2,
      tasks: 3,
      unknownLabels: ['snare'],
      all: { ap: 0, apSmall: null },
      threshold: 0.85,
      confusion: [
        [0, 0, 1],
        [0, 0, 1],
        [1, 0, 0],
      ],
      wrong: { missed: 1, 'false-positive': 0, 'wrong-label': 0, 'badly-placed': 1 },
    });
    expect((read!['recalls'] as number[])[35]).toBe(0.35);
    const [first] = read!['labels'] as {
      label: string;
      curves: { overlap: number; precision: number[] }[];
    }[];
    expect(first!.label).toBe('polyp, "flat"');
    expect(first!.curves.map(({ overlap }) => overlap)).toEqual([
      0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95,
    ]);
    expect(first!.curves[0]!.precision).toHaveLength(101);
  });
});
