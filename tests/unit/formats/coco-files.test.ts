import { readCoco } from '$lib/formats/coco-read';
import { describe, expect, test } from 'vitest';
import { collect, inMemory, reading, seeded } from '../../fixtures/datasets';

const SIZE = { width: 100, height: 80 };

/** What is read, in an order that the files' has no part in. */
async function readFiles(files: readonly (readonly [name: string, content: unknown])[]) {
  const context = reading();
  const texts = Object.fromEntries(files.map(([name, content]) => [name, JSON.stringify(content)]));
  const dataset = await readCoco(inMemory(texts), context);
  const items = (await collect(dataset.items())).map(({ path, size, annotations, draft, predictions }) => ({
    path,
    size,
    annotations: annotations.map(({ regions, unsupportedCount: untaken = 0 }) => [
      untaken,
      ...regions.map(inShort).sort(),
    ]),
    draft,
    predictions: predictions
      .map(({ modelVersion, regions }) => [modelVersion, ...regions.map(inShort).sort()])
      .sort(),
  }));
  return {
    items: items.sort((a, b) => (a.path < b.path ? -1 : 1)),
    labels: dataset.categories.map(({ name }) => name).sort(),
    codes: context.issues.map(({ code }) => code).sort(),
  };
}
const inShort = (region: {
  labelId: unknown;
  x: number;
  y: number;
  width: number;
  height: number;
  score: unknown;
  isCrowd?: unknown;
}) =>
  JSON.stringify([
    region.labelId,
    region.x,
    region.y,
    region.width,
    region.height,
    region.score,
    region.isCrowd ?? false,
  ]);

function* orders<T>(rest: readonly T[]): Iterable<readonly T[]> {
  if (rest.length < 2) yield rest;
  else
    for (const [at, one] of rest.entries())
      for (const tail of orders(rest.filter((_, index) => index !== at))) yield [one, ...tail];
}

const image = (id: unknown, file_name: string) => ({ id, file_name, ...SIZE });
const row = (id: number, image_id: unknown, x: number, more = {}) => ({
  id,
  image_id,
  category_id: 1,
  bbox: [x, 2, 3, 4],
  ...more,
});
const CATEGORIES = [{ id: 1, name: 'cat' }];

test('the order of files and of their parts does not matter: 60 random datasets in every order', async () => {
  const random = seeded(21);
  const some = (most: number) => Math.floor(random() * (most + 1));
  for (let turn = 0; turn < 60; turn += 1) {
    const images = Array.from({ length: 1 + some(4) }, (_, at) =>
      image(random() < 0.5 ? at + 1 : String(at + 1), `${at}.jpg`),
    );
    const anyImage = () => (random() < 0.15 ? 99 : some(images.length - 1) + 1);
    const rows = (count: number, more: () => object) =>
      Array.from({ length: count }, (_, at) =>
        row(at + 1, anyImage(), some(50), { category_id: 1 + some(2), ...more() }),
      );
    const truth: Record<string, unknown> = {
      categories: CATEGORIES,
      images,
      annotations: rows(some(6), () =>
        random() < 0.2
          ? { iscrowd: 1, area: 7 }
          : random() < 0.2
            ? { bbox: undefined, keypoints: [1, 2, 2] }
            : {},
      ),
    };
    const parts = Object.keys(truth).sort(() => random() - 0.5);
    const files: [string, unknown][] = [
      ['truth.json', Object.fromEntries(parts.map((key) => [key, truth[key]]))],
      ['found.json', rows(some(5), () => ({ score: some(10) / 10 }))],
      [
        'captions.json',
        { images, annotations: images.map(({ id }, at) => ({ id: at, image_id: id, caption: 'a picture' })) },
      ],
    ];
    const [first, ...others] = await Promise.all([...orders(files)].map(readFiles));
    for (const other of others) expect(other).toEqual(first);
  }
});

describe('a row that is refused', () => {
  test('leaves its score, its area and its crowd to nobody', async () => {
    const { items } = await readFiles([
      [
        'a.json',
        {
          images: [image(1, 'a.jpg')],
          categories: CATEGORIES,
          annotations: [row(1, 7, 1, { score: 0.5, iscrowd: 1, area: 3, note: 'x' })],
        },
      ],
      [
        'b.json',
        {
          images: [image(2, 'b.jpg')],
          categories: CATEGORIES,
          annotations: [{ ...row(1, 2, 9), id: undefined }],
        },
      ],
    ]);
    expect(items[1]).toMatchObject({
      path: 'b.jpg',
      predictions: [],
      annotations: [[0, inShort({ labelId: 'cat', x: 9, y: 2, width: 3, height: 4, score: null })]],
    });
  });
});

test('results of two files are of two models; the same box of another file is one box', async () => {
  const truth = { images: [image(1, 'a.jpg')], categories: CATEGORIES, annotations: [row(1, 1, 1)] };
  const { items } = await readFiles([
    ['yolo.json', [row(1, 1, 5, { score: 0.5 })]],
    ['detr.json', [row(1, 1, 5, { score: 0.5 }), row(2, 1, 6, { score: 0.4 })]],
    ['truth.json', truth],
    ['keypoints.json', { ...truth, annotations: [row(1, 1, 1, { keypoints: [1, 2, 2] })] }],
  ]);
  expect(items[0]!.annotations).toHaveLength(1);
  expect(items[0]!.annotations[0]).toHaveLength(2);
  expect(items[0]!.predictions.map(([model, ...boxes]) => [model, boxes.length])).toEqual([
    ['detr', 2],
    ['yolo', 1],
  ]);
});

test('a name in two files is one picture where all of it agrees; two parts of one name stay two', async () => {
  const file = (id: number, x: number) => ({
    images: [image(id, 'a.jpg')],
    categories: CATEGORIES,
    annotations: [row(1, id, x)],
  });
  expect(
    (
      await readFiles([
        ['instances_val.json', file(1, 5)],
        ['more.json', file(1, 6)],
      ])
    ).items,
  ).toHaveLength(1);
  expect(
    (
      await readFiles([
        ['instances_train.json', file(1, 5)],
        ['instances_val.json', file(2, 6)],
      ])
    ).items,
  ).toHaveLength(2);
  expect(
    (
      await readFiles([
        ['train/x.json', file(1, 5)],
        ['valid/x.json', file(1, 6)],
      ])
    ).items,
  ).toHaveLength(2);
});

test('a file that only names pictures says of none that it is empty', async () => {
  const { items } = await readFiles([
    ['image_info_test.json', { images: [image(1, 'a.jpg')], categories: CATEGORIES }],
  ]);
  expect(items).toMatchObject([{ path: 'a.jpg', annotations: [] }]);
  const empty = await readFiles([
    ['a.json', { images: [image(1, 'a.jpg')], categories: CATEGORIES, annotations: [] }],
  ]);
  expect(empty.items).toMatchObject([{ path: 'a.jpg', annotations: [[0]] }]);
});

test('panoptic segments are boxes', async () => {
  const { items, labels } = await readFiles([
    [
      'panoptic.json',
      {
        images: [image(1, 'a.jpg')],
        categories: CATEGORIES,
        annotations: [
          {
            image_id: 1,
            file_name: 'a.png',
            segments_info: [{ id: 5, category_id: 1, bbox: [1, 2, 3, 4], area: 9, iscrowd: 0 }],
          },
        ],
      },
    ],
  ]);
  expect(items[0]!.annotations).toEqual([
    [0, inShort({ labelId: 'cat', x: 1, y: 2, width: 3, height: 4, score: null })],
  ]);
  expect(labels).toEqual(['cat']);
});

test('a mask of another size than its picture has no place in it', async () => {
  const segmentation = { size: [10, 10], counts: [11, 2, 87] };
  const { items, codes } = await readFiles([
    [
      'a.json',
      {
        images: [image(1, 'a.jpg')],
        categories: CATEGORIES,
        annotations: [{ id: 1, image_id: 1, category_id: 1, segmentation }],
      },
    ],
  ]);
  expect(items[0]!.annotations).toEqual([[1]]);
  expect(codes).toContain('size-differs');
});
