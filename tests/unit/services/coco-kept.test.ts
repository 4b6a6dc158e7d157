import { annotationOf } from '../../fixtures/work';
import { areaOf } from '$lib/domain/regions/box';
import { operationsOf, type Region } from '$lib/domain/region';
import { wrongInRow } from '$lib/domain/row-shapes';
import { checkExport } from '$lib/services/exchange/check-export';
import { describe, expect, test } from 'vitest';
import { aProjectWith, exported, imported, PROJECT, taskId, type World } from '../../fixtures/exchange';

/** Two pictures of 100 x 80; `annotations` are what COCO says of them. */
const coco = (annotations: readonly object[]) => ({
  'gt.json': JSON.stringify({
    images: ['a.jpg', 'b.jpg'].map((name, at) => ({ id: at + 1, file_name: name, width: 100, height: 80 })),
    categories: [{ id: 1, name: 'polyp' }],
    annotations,
  }),
});

interface Written {
  readonly [key: string]: unknown;
  readonly bbox: readonly number[];
}

async function annotationsOf(world: World): Promise<readonly Written[]> {
  const { files } = await exported(world, { kind: 'coco' });
  return (JSON.parse(files.get('result.json') as string) as { annotations: Written[] }).annotations;
}

async function taken(annotations: readonly object[]) {
  const world = await aProjectWith(['a.jpg', 'b.jpg']);
  const report = await imported(world, coco(annotations));
  return { world, codes: report.skipped.map(({ code }) => code) };
}

async function edit(world: World, change: (region: Region) => Region) {
  const stored = (await annotationOf(world.database, taskId(1)))!;
  await world.database.annotations.put({ ...stored, regions: stored.regions.map(change) });
}

const size = { width: 100, height: 80 };
const one = { id: 17, image_id: 1, category_id: 1, bbox: [10, 10, 40, 40], area: 900, iscrowd: 0 };

test('a crowd region is a region that says so, in and out', async () => {
  const mask = { counts: [0, 8000], size: [80, 100] };
  const crowd = { ...one, id: 2, bbox: [0, 0, 100, 80], area: 8000, iscrowd: 1, segmentation: mask };
  const { world, codes } = await taken([crowd]);
  expect(codes).not.toContain('region-crowd');
  const stored = (await annotationOf(world.database, taskId(1)))!;
  expect(stored.regions).toMatchObject([{ x: 0, y: 0, width: 100, height: 80, isCrowd: true }]);
  expect(wrongInRow('annotations', stored)).toBeNull();
  expect(await annotationsOf(world)).toEqual([crowd]);
});

test('an area that is not the box’s own is kept, for as long as the box has its size', async () => {
  const { world } = await taken([one]);
  const [region] = (await annotationOf(world.database, taskId(1)))!.regions;
  expect(areaOf(region!)).toBe(900);
  expect(await annotationsOf(world)).toMatchObject([{ area: 900 }]);
  await edit(world, (box) => operationsOf(box).translate(box, 5, 3, size));
  expect(await annotationsOf(world)).toMatchObject([{ bbox: [15, 13, 40, 40], area: 900 }]);
  await edit(world, (box) => operationsOf(box).grow(box, 10, 0, size));
  expect(await annotationsOf(world)).toMatchObject([{ bbox: [15, 13, 50, 40], area: 2000 }]);
});

test('ids, attributes, outlines, key points and keys of one’s own come back as they were', async () => {
  const polygon = {
    ...one,
    area: 200,
    segmentation: [[10, 10, 50, 10, 10, 50]],
    attributes: { occluded: false, track: 3 },
    __proto__x: [1],
  };
  const points = {
    ...one,
    id: 12,
    bbox: [40, 40, 20, 20],
    area: 400,
    segmentation: [],
    keypoints: [45, 45, 2],
    num_keypoints: 1,
  };
  const { world } = await taken([polygon, points]);
  expect(await annotationsOf(world)).toEqual([polygon, points]);
});

test('an outline goes with its box, and is not written for a box of another size', async () => {
  const { world } = await taken([{ ...one, segmentation: [[10, 10, 50, 10, 10, 50]], caption: 'c' }]);
  await edit(world, (box) => operationsOf(box).translate(box, 5, 3, size));
  expect(await annotationsOf(world)).toMatchObject([
    { id: 17, segmentation: [[15, 13, 55, 13, 15, 53]], caption: 'c' },
  ]);
  await edit(world, (box) => operationsOf(box).grow(box, 10, 0, size));
  expect(await annotationsOf(world)).toMatchObject([{ id: 17, segmentation: [], caption: 'c' }]);
});

test('new regions get ids that nothing has yet', async () => {
  const { world } = await taken([
    { ...one, id: 1 },
    { ...one, id: 3 },
    { ...one, id: 2, image_id: 2 },
  ]);
  await edit(world, ({ extra, ...box }) => (extra?.includes('3') ? box : { ...box, extra: extra! }));
  const ids = (await annotationsOf(world)).map(({ id }) => id);
  expect(ids[0]).toBe(1);
  expect(ids[2]).toBe(2);
  expect(new Set(ids).size).toBe(3);
  expect(ids.every(Number.isSafeInteger)).toBe(true);
});

test('scores stay as they are, also beyond 1', async () => {
  const world = await aProjectWith(['a.jpg', 'b.jpg']);
  const scored = [1.5, 7, -0.25].map((score, at) => ({
    image_id: 1,
    category_id: 1,
    bbox: [10 * at, 10, 20, 20],
    score,
  }));
  await imported(world, { ...coco([one]), 'z.json': JSON.stringify(scored) });
  const [prediction] = await world.database.predictions.forTask(taskId(1));
  expect(prediction!.regions.map(({ score }) => score)).toEqual([1.5, 7, -0.25]);
  const { files } = await exported(world, { kind: 'json' });
  const [task] = JSON.parse(files.get('out') as string) as [
    { predictions: { result: { score: number }[] }[] },
  ];
  expect(task.predictions[0]!.result.map(({ score }) => score)).toEqual([1.5, 7, -0.25]);
});

test('a crowd is told, and left out, where a format has no place for it', async () => {
  const { world } = await taken([
    { ...one, iscrowd: 1 },
    { ...one, id: 18, bbox: [1, 1, 5, 5], area: 25 },
  ]);
  const { files, report } = await exported(world, { kind: 'yolo', firstNumber: 0 });
  expect(files.get('labels/a.txt')!.trim().split('\n')).toHaveLength(1);
  expect(report.skipped.map(({ code }) => code)).toEqual(['region-crowd']);
});

test('ids and keys of images, categories, info and licenses come back; what is new counts on from them', async () => {
  const document = {
    info: { year: 2019, contributor: 'somebody', note: null },
    licenses: [{ id: 4, name: 'CC', url: 'u' }],
    videos: [{ id: 1, name: 'v' }],
    type: 'instances',
    images: [
      {
        id: 900,
        file_name: 'a.jpg',
        width: 100,
        height: 80,
        license: 4,
        date_captured: '2019-01-02',
        video_id: 1,
      },
      { id: '007', file_name: 'b.jpg', width: 100, height: 80, tags: ['x'] },
    ],
    categories: [
      { id: 3, name: 'polyp', supercategory: 'lesion', keypoints: ['tip'], color: '#fff' },
      { id: 1, name: 'tool' },
    ],
    annotations: [
      { ...one, image_id: 900, category_id: 3 },
      { ...one, id: 2, image_id: '007', category_id: 1, area: 1600 },
    ],
  };
  const world = await aProjectWith(['a.jpg', 'b.jpg', 'c.jpg'], { labels: [] });
  const file = { 'gt.json': JSON.stringify(document) };
  await imported(world, file);
  await imported(world, {
    'c.json': JSON.stringify([{ data: { image: 'c.jpg' }, annotations: [{ result: [] }] }]),
  });
  const { files } = await exported(world, { kind: 'coco' });
  const back = JSON.parse(files.get('result.json') as string) as typeof document;
  expect(back).toMatchObject({
    ...document,
    images: [
      { ...document.images[0], file_name: 'images/a.jpg' },
      { ...document.images[1], file_name: 'images/b.jpg' },
      { id: 901, file_name: 'images/c.jpg' },
    ],
    annotations: document.annotations,
  });
  // Class numbers of formats that count from 0 stay as they were.
  const yolo = await exported(world, { kind: 'yolo', firstNumber: 0 });
  expect(yolo.files.get('data.yaml')).toContain('nc: 2');
});

describe('annotations of which nothing can be drawn', () => {
  const points = {
    id: 31,
    image_id: 1,
    category_id: 1,
    keypoints: [5, 6, 2, 0, 0, 0],
    num_keypoints: 1,
    mine: 'x',
  };
  const empty = { ...points, id: 'k-2', bbox: [0, 0, 0, 0], area: 0, iscrowd: 0, segmentation: [] };
  const mask = {
    id: 33,
    image_id: 1,
    category_id: 1,
    iscrowd: 1,
    segmentation: { counts: 'not runs', size: [80, 100] },
  };
  const keptOf = (report: Awaited<ReturnType<typeof imported>>) => Object.fromEntries(report.detail.kept);
  const back = async (world: World) => {
    const { files } = await exported(world, { kind: 'coco', includeUnfinished: true });
    return JSON.parse(files.get('result.json') as string) as { readonly annotations: readonly Written[] };
  };
  const told = async ({ database }: World, kind: 'coco' | 'yolo') => {
    const selection = { projectId: PROJECT, taskIds: null, includeSkipped: true, includeUnfinished: true };
    const check = await checkExport(database, selection, kind, new AbortController().signal);
    return Object.fromEntries(check.counts);
  };

  test('are kept beside their picture, told by kind and number, and written back; the picture stays open', async () => {
    const world = await aProjectWith(['a.jpg', 'b.jpg']);
    const file = coco([points, empty, mask, { ...one, image_id: 2, segmentation: [] }]);
    const preview = await imported(world, file, { isPreview: true });
    const report = await imported(world, file);
    expect(keptOf(report)).toEqual({ keypoint: 2, mask: 1 });
    expect(keptOf(preview)).toEqual({ keypoint: 2, mask: 1 });
    expect((await world.database.tasks.get(taskId(1)))!.progress).toBe('unlabelled');
    expect((await world.database.tasks.get(taskId(2)))!.progress).toBe('submitted');
    const [row] = await world.database.kept.forTasks([taskId(1)]);
    expect(wrongInRow('kept', row!)).toBeNull();
    expect((await back(world)).annotations).toEqual([
      points,
      empty,
      mask,
      { ...one, image_id: 2, segmentation: [] },
    ]);
    await imported(world, file);
    expect((await back(world)).annotations).toHaveLength(4);
  });

  test('stand beside boxes of the same picture, with ids of their own, and count in no other format', async () => {
    const { world } = await taken([one, points]);
    await edit(world, (box) => ({ ...box, extra: '{}' }));
    const { annotations } = await back(world);
    expect(annotations).toMatchObject([{ id: 32, bbox: one.bbox }, points]);
    const yolo = await exported(world, { kind: 'yolo', firstNumber: 0 });
    expect((yolo.files.get('labels/a.txt') as string).trim().split('\n')).toHaveLength(1);
    expect(await told(world, 'yolo')).toEqual({ 'kept-not-written': 1 });
    expect(await told(world, 'coco')).toEqual({});
  });

  test('go with their class, whatever its number has become', async () => {
    const { world } = await taken([points]);
    const project = (await world.database.projects.get(PROJECT))!;
    const labels = project.labels.map((label) =>
      label.name === 'polyp' ? { ...label, name: 'lesion', classNumber: 9 } : { ...label, classNumber: 1 },
    );
    await world.database.projects.put({ ...project, labels });
    expect((await back(world)).annotations).toMatchObject([{ id: 31, category_id: 9 }]);
  });

  test('are not written for a picture of another size, which is told', async () => {
    const { world } = await taken([points]);
    await world.database.tasks.update(taskId(1), { size: { width: 50, height: 40 } });
    expect((await back(world)).annotations).toEqual([]);
    expect(await told(world, 'coco')).toEqual({ 'kept-not-written': 1 });
  });

  test('of results are told, and do not become annotations', async () => {
    const world = await aProjectWith(['a.jpg', 'b.jpg']);
    const results = JSON.stringify([{ ...points, id: undefined, score: 0.9 }]);
    const report = await imported(world, { ...coco([one]), 'z.json': results });
    expect(report.skipped.map(({ code }) => code)).toContain('region-keypoints');
    expect((await back(world)).annotations).toEqual([{ ...one, segmentation: [] }]);
  });
});
