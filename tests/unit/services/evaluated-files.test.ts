import { summarizeScores } from '$lib/domain/evaluation/summary';
import { MEASURES } from '$lib/features/evaluation/measures';
import { evaluate } from '$lib/services/evaluation/evaluate-model';
import { makeEvaluations } from '$lib/services/evaluation/evaluations';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { aProjectWith, imported, PROJECT, taskId, type World } from '../../fixtures/exchange';

interface Truth {
  readonly images: readonly { readonly id: number; readonly file_name: string; readonly width: number }[];
  readonly annotations: readonly object[];
  readonly categories: readonly object[];
}
interface Case {
  readonly name: string;
  readonly truth: Truth;
  readonly results: readonly object[];
  /** The twelve numbers of COCO's own program; -1 where nothing counts. */
  readonly stats: readonly number[];
}

/** Made by make_files.py, which stands beside it. */
const CASES = JSON.parse(readFileSync('tests/fixtures/coco-reference/files.json', 'utf8')) as readonly Case[];

async function worldFor({ images }: Pick<Truth, 'images'>): Promise<World> {
  const world = await aProjectWith(images.map((image) => image.file_name));
  for (const [at, { width }] of images.entries())
    await world.database.tasks.update(taskId(at + 1), { size: { width, height: width } });
  return world;
}

/** What is said on the page of the only model that there is. */
async function judged(world: World, name?: string) {
  const choices = await makeEvaluations(world.ports).choices(PROJECT);
  const choice = choices.find((one) => one.name === name) ?? choices[0]!;
  return evaluate(world.database, choice, world.context);
}

describe('evaluation of imported files is that of COCO’s own program', () => {
  const ORDERS = [
    ['truth first', (one: Case) => ({ 'gt.json': one.truth, 'dt.json': one.results })],
    ['results first', (one: Case) => ({ 'a-dt.json': one.results, 'b-gt.json': one.truth })],
  ] as const;
  test.each(
    CASES.flatMap((one) => ORDERS.map(([order, files]) => [one.name, order, one, files(one)] as const)),
  )('%s, %s', async (_, __, { truth, stats }, files) => {
    const world = await worldFor(truth);
    const texts = Object.entries(files).map(([name, content]) => [name, JSON.stringify(content)] as const);
    await imported(world, Object.fromEntries(texts));
    const { scores, numbers } = await judged(world);
    // A picture without truth is judged, too, and so is one without results.
    expect(numbers).toHaveLength(truth.images.length);
    const summary = summarizeScores(scores);
    expect(MEASURES.map(([, read]) => read(summary))).toEqual(
      stats.map((value) => (value === -1 ? null : (expect.closeTo(value, 12) as unknown))),
    );
  });
});

/** Worked by hand: precision 1 up to a recall of 1/2 is read at 51 of 101 places; a wrong one before a right one halves it. */
const FAULTS = 'tests/fixtures/wild/faults';
test.each([
  ['00-results-before-truth', 2, { all: 0 }],
  ['01-empty-results-picture', 2, { all: 51 / 101 }],
  ['02-negatives-not-submitted', 2, { all: 1 / 2 }],
  ['03-scores-clamped', 1, { all: 1 }],
  ['04-crowd', 2, { all: 1 }],
  ['05-area-field', 1, { all: 1, small: 1, medium: null }],
] as const)('%s is judged right, whatever file comes first', async (folder, pictures, expected) => {
  const [truth, results] = ['gt', 'dt'].map((name) =>
    readFileSync(`${FAULTS}/${folder}/${name}.json`, 'utf8'),
  );
  for (const files of [
    { 'gt.json': truth!, 'dt.json': results! },
    { 'a.json': results!, 'b.json': truth! },
  ]) {
    const world = await aProjectWith(['a.jpg', 'b.jpg', 'c.jpg']);
    await imported(world, files);
    const { numbers, scores } = await judged(world);
    expect(numbers).toHaveLength(pictures);
    const { precision } = summarizeScores(scores);
    for (const [range, value] of Object.entries(expected))
      expect([range, precision[range as 'all']]).toEqual([
        range,
        value === null ? null : (expect.closeTo(value, 12) as unknown),
      ]);
  }
});

const TRUTH: Truth = {
  images: [1, 2].map((id) => ({ id, file_name: `${id}.jpg`, width: 800, height: 800 })),
  categories: [{ id: 1, name: 'polyp' }],
  annotations: [1, 2].map((id) => ({ id, image_id: id, category_id: 1, bbox: [10, 10, 20, 20], area: 400 })),
};
const found = (image: number, score: number) => ({
  image_id: image,
  category_id: 1,
  bbox: [10, 10, 20, 20],
  score,
});

test('truth that was imported before is judged by results that come with it later', async () => {
  const world = await worldFor(TRUTH);
  await imported(world, { 'gt.json': JSON.stringify(TRUTH) });
  await imported(world, { 'gt.json': JSON.stringify(TRUTH), 'dt.json': JSON.stringify([found(1, 0.9)]) });
  const { numbers, scores } = await judged(world);
  expect([...numbers]).toEqual([1, 2]);
  expect(summarizeScores(scores).precision.all).toBeCloseTo(51 / 101, 12);
});

test('results in which nothing was found judge every picture: everything is missed', async () => {
  const world = await worldFor(TRUTH);
  await imported(world, { 'gt.json': JSON.stringify(TRUTH), 'dt.json': '[]' });
  const { numbers, scores } = await judged(world);
  expect([...numbers]).toEqual([1, 2]);
  expect(summarizeScores(scores).precision.all).toBe(0);
});

test('results judge the pictures of the truth that they are about, and no other', async () => {
  const other: Truth = {
    ...TRUTH,
    images: [3, 4].map((id) => ({ id, file_name: `${id}.jpg`, width: 800, height: 800 })),
    annotations: [{ id: 9, image_id: 3, category_id: 1, bbox: [10, 10, 20, 20], area: 400 }],
  };
  const world = await worldFor({ images: [...TRUTH.images, ...other.images] });
  await imported(world, {
    'train.json': JSON.stringify(other),
    'val.json': JSON.stringify(TRUTH),
    'dt.json': JSON.stringify([found(1, 0.9)]),
  });
  const { numbers, left } = await judged(world);
  expect([...numbers]).toEqual([1, 2]);
  expect(left.tasksWithoutPrediction).toBe(2);
});

test('results of two models are judged apart, also where both say the same', async () => {
  const world = await worldFor(TRUTH);
  await imported(world, {
    'gt.json': JSON.stringify(TRUTH),
    'one.json': JSON.stringify([found(1, 0.9)]),
    'two.json': JSON.stringify([found(1, 0.9), found(2, 0.8)]),
  });
  const ap = async (name: string) => summarizeScores((await judged(world, name)).scores).precision.all;
  expect(await ap('one')).toBeCloseTo(51 / 101, 12);
  expect(await ap('two')).toBeCloseTo(1, 12);
});
