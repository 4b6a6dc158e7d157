import { readFileSync } from 'node:fs';
import { summarize } from '$lib/domain/task';
import { checkExport } from '$lib/services/exchange/check-export';
import type { ExportKind } from '$lib/services/exchange/export-kinds';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { aBox, aLabel, anAnnotation } from '../../fixtures/builders';
import { aProjectWith, exported, imported, PROJECT, taskId, type World } from '../../fixtures/exchange';

const SELECTION = { projectId: PROJECT, taskIds: null, includeSkipped: true, includeUnfinished: true };

const told = async (world: World, kind: ExportKind, numbers = {}) => {
  const check = await checkExport(world.database, SELECTION, kind, new AbortController().signal, numbers);
  return { ...check, counts: Object.fromEntries(check.counts) };
};

async function aProject(...boxes: readonly Parameters<typeof aBox>[0][]) {
  const world = await aProjectWith(['a.jpg']);
  const annotation = anAnnotation({ regions: boxes.map(aBox), imageSize: { width: 100, height: 80 } });
  await world.database.annotations.put(annotation);
  await world.database.tasks.update(taskId(1), summarize(annotation, null));
  return world;
}

test('unsent work that a format has no place for is counted', async () => {
  const world = await aProjectWith(['a.jpg']);
  await imported(world, { 'd.json': readFileSync('tests/fixtures/wild/faults/14-draft.json', 'utf8') });
  for (const kind of ['json-min', 'csv', 'tsv'] as const) {
    expect((await told(world, kind)).counts, kind).toEqual({ 'draft-not-written': 1 });
    const { report } = await exported(world, { kind, includeUnfinished: true });
    expect(
      report.skipped.map(({ code }) => code),
      kind,
    ).toEqual(['draft-not-written']);
  }
  expect((await told(world, 'json')).counts).toEqual({});
});

test('what rounding pushes over the edge is cut without a word', async () => {
  const world = await aProject(
    { x: 90, width: 10.009, y: 1, height: 5 },
    { x: -0.0099, y: 10, width: 5, height: 5 },
  );
  expect((await told(world, 'coco')).counts).toEqual({});
  const { files } = await exported(world, { kind: 'coco' });
  const { annotations } = JSON.parse(files.get('result.json') as string) as {
    annotations: { bbox: number[] }[];
  };
  expect(annotations.map(({ bbox }) => bbox[0]! + bbox[2]!)).toEqual([100, 4.9901]);
  expect((await told(await aProject({ x: 90, width: 10.02 }), 'coco')).counts).toEqual({
    'region-clipped': 1,
  });
});

test('class numbers with gaps are told, and closed where that is asked for', async () => {
  const labels = [
    aLabel({ classNumber: 7 }),
    aLabel({ id: 'label-2' as never, name: 'tool', classNumber: 3 }),
  ];
  const world = await aProjectWith(['a.jpg'], { labels });
  const annotation = anAnnotation({ regions: [aBox()], imageSize: { width: 100, height: 80 } });
  await world.database.annotations.put(annotation);
  await world.database.tasks.update(taskId(1), summarize(annotation, null));
  expect(await told(world, 'yolo')).toMatchObject({ hasGaps: true });
  expect(await told(world, 'coco')).toMatchObject({ hasGaps: false });
  expect(await told(world, 'yolo', { closesGaps: true })).toMatchObject({ hasGaps: false });
  const { files } = await exported(world, { kind: 'yolo', firstNumber: 0, closesGaps: true });
  expect(parse(files.get('data.yaml') as string)).toMatchObject({ nc: 2, names: { 0: 'tool', 1: 'polyp' } });
  expect(files.get('labels/a.txt')).toMatch(/^1 /);
  expect(files.get('classes.txt')).toBe('tool\npolyp\n');
});

test('classes counted from 1 have a gap at 0', async () => {
  const world = await aProject({});
  expect(await told(world, 'yolo', { firstNumber: 1 })).toMatchObject({ hasGaps: true });
  expect(await told(world, 'yolo', { firstNumber: 0 })).toMatchObject({ hasGaps: false });
});

test('YOLO OBB goes out with its pictures', async () => {
  const world = await aProject({ rotation: 30, x: 30, y: 30 });
  const { files } = await exported(world, { kind: 'yolo-obb-with-images', firstNumber: 0 });
  expect([...files.keys()].sort()).toEqual(['classes.txt', 'data.yaml', 'images/a.jpg', 'labels/a.txt']);
  expect((files.get('labels/a.txt') as string).trim().split(' ')).toHaveLength(9);
});

test('what is kept beside and has no place in a format is told, once a picture', async () => {
  const world = await aProjectWith(['a.jpg']);
  const text = readFileSync('tests/fixtures/wild/faults/08-silently-lost.json', 'utf8');
  await imported(world, { 'e.json': text });
  expect((await told(world, 'yolo')).counts).toEqual({ 'kept-not-written': 1 });
  expect((await told(world, 'json')).counts).toEqual({});
});

test('the preview says by kind and number what is kept and not shown', async () => {
  const world = await aProjectWith(['a.jpg']);
  const text = readFileSync('tests/fixtures/wild/faults/08-silently-lost.json', 'utf8');
  const { detail } = await imported(world, { 'e.json': text }, { isPreview: true });
  expect(Object.fromEntries(detail.kept)).toEqual({
    'second-label': 1,
    rotation: 1,
    hidden: 1,
    'region-answer': 1,
    text: 1,
    choice: 1,
    relation: 1,
    'ground-truth': 1,
    data: 1,
  });
});
