import { asId } from '$lib/domain/ids';
import { classNumbers, makeLabels, TEMPLATE_LABELS } from '$lib/domain/project';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { aLabel } from '../../fixtures/builders';
import { aProjectWith, exported, imported, PROJECT, type World } from '../../fixtures/exchange';

const line = (number: number) => `${number} 0.5 0.5 0.2 0.5\n`;
const file = (names: string, ...numbers: readonly number[]) => ({
  'data.yaml': `train: images\nval: images\nnames: ${names}\n`,
  'labels/a.txt': numbers.map((number, at) => line(number).replace('0.2', `0.${at + 1}`)).join(''),
});
const named = (name: string, classNumber: number | null = null) =>
  aLabel({ id: asId<'label'>(`label of ${name}`), name, classNumber });

const labelsOf = async ({ database }: World) => (await database.projects.get(PROJECT))!.labels;
/** The numbers that an export in YOLO gives to the project's labels. */
const numbersOf = async (world: World) => {
  const labels = await labelsOf(world);
  const numbers = classNumbers(labels, 0);
  return Object.fromEntries(labels.map(({ id, name }) => [name, numbers.get(id)]));
};
const written = async (world: World, closesGaps = false) => {
  const { files } = await exported(world, { kind: 'yolo', firstNumber: 0, closesGaps });
  const data = parse(files.get('data.yaml') as string) as { names: Record<string, string> };
  const classes = (files.get('labels/a.txt') as string).trim().split('\n');
  return { names: data.names, classes: classes.map((one) => Number(one.split(' ')[0])) };
};
const told = (report: Awaited<ReturnType<typeof imported>>) =>
  report.skipped.map(({ code, path, place }) => `${code} ${path}: ${place}`);

test('numbers with gaps are those of the labels, and of what is exported; an export may close the gaps', async () => {
  const world = await aProjectWith(['a.jpg'], { labels: [] });
  const report = await imported(world, file('{0: a, 3: b, 7: c}', 7, 0, 3));
  expect(told(report)).toEqual([]);
  expect((await labelsOf(world)).map(({ name, classNumber }) => [name, classNumber])).toEqual([
    ['a', 0],
    ['b', 3],
    ['c', 7],
  ]);
  expect(await written(world)).toEqual({ names: { 0: 'a', 3: 'b', 7: 'c' }, classes: [7, 0, 3] });
  expect(await written(world, true)).toEqual({ names: { 0: 'a', 1: 'b', 2: 'c' }, classes: [2, 0, 1] });
});

test('numbers that no file names are kept as well', async () => {
  const world = await aProjectWith(['a.jpg'], { labels: [] });
  await imported(world, { 'labels/a.txt': file('', 12, 4)['labels/a.txt'] });
  expect(await numbersOf(world)).toEqual({ 4: 4, 12: 12 });
  expect((await written(world)).classes).toEqual([12, 4]);
});

test('numbers that labels have by their place are left to it, so that other formats may count from 1', async () => {
  const world = await aProjectWith(['a.jpg'], { labels: [] });
  await imported(world, file('[a, b]', 1, 0));
  expect((await labelsOf(world)).map(({ classNumber }) => classNumber)).toEqual([null, null]);
  expect((await written(world)).names).toEqual({ 0: 'a', 1: 'b' });
});

test('a second file counts on, beside the labels that are there', async () => {
  const world = await aProjectWith(['a.jpg', 'b.jpg'], { labels: [] });
  await imported(world, file('[a, b]', 1, 0));
  const { 'labels/a.txt': labels, ...rest } = file('{1: b, 9: z}', 9);
  const report = await imported(world, { ...rest, 'labels/b.txt': labels });
  expect(told(report)).toEqual([]);
  expect(await numbersOf(world)).toEqual({ a: 0, b: 1, z: 9 });
});

test.each([
  ['given to', [named('x', 3)]],
  ['by its place that of', [named('w'), named('v'), named('u'), named('x')]],
])(
  'a number that is %s another label stays there, which the preview and the report say',
  async (_, labels) => {
    const world = await aProjectWith(['a.jpg'], { labels });
    const before = await numbersOf(world);
    const wanted = ['class-number-taken in: category 3, b'];
    const preview = await imported(world, file('{3: b, 7: c}', 3, 7), { isPreview: true });
    expect(told(preview)).toEqual(wanted);
    const report = await imported(world, file('{3: b, 7: c}', 3, 7));
    expect(told(report)).toEqual(wanted);
    expect(report.noteCount).toBe(1);
    const { b, ...numbers } = await numbersOf(world);
    expect(numbers).toEqual({ ...before, c: 7 });
    expect(Object.values(numbers)).not.toContain(b);
  },
);

test('a label that is there keeps its number, and is told where the file has another one for it', async () => {
  const world = await aProjectWith(['a.jpg'], { labels: [named('a'), named('b')] });
  const report = await imported(world, file('[b, a]', 0, 1));
  expect(told(report)).toEqual([
    'class-number-differs in: category 0, b',
    'class-number-differs in: category 1, a',
  ]);
  expect(await numbersOf(world)).toEqual({ a: 0, b: 1 });
});

test('two numbers of one name are one label with the first of them, and the other is told', async () => {
  const world = await aProjectWith(['a.jpg'], { labels: [] });
  const report = await imported(world, file('{2: a, 5: a}', 2, 5));
  expect(told(report)).toEqual(['class-number-differs in: category 5, a']);
  expect(await numbersOf(world)).toEqual({ a: 2 });
});

test('labels of the template that go leave their numbers free, in the preview too', async () => {
  const labels = makeLabels(TEMPLATE_LABELS, [], () => asId<'label'>(`template ${(made += 1)}`));
  const world = await aProjectWith(['a.jpg'], { labels });
  const preview = await imported(world, file('{0: a, 3: b}', 0, 3), { isPreview: true });
  expect(told(preview)).toEqual([]);
  await imported(world, file('{0: a, 3: b}', 0, 3));
  expect(await numbersOf(world)).toEqual({ a: 0, b: 3 });
});
let made = 0;
