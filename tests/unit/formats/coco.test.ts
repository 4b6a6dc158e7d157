import type { Dataset, DatasetItem } from '$lib/domain/dataset';
import { asId } from '$lib/domain/ids';
import { writeCoco } from '$lib/formats/coco';
import { uniqueNames } from '$lib/formats/paths';
import { archiveName } from '$lib/services/jobs/archive-name';
import { expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';

const LABEL = asId<'label'>('label-1');

function aDataset(items: readonly DatasetItem[]): Dataset {
  return {
    name: 'k "1" <b>',
    categories: [{ labelId: LABEL, name: 'polyp', number: 1 }],
    async *items() {
      await Promise.resolve();
      yield* items;
    },
  };
}

async function written(dataset: Dataset) {
  let text = '';
  for await (const piece of writeCoco(dataset)) text += piece;
  return JSON.parse(text) as {
    images: { id: number }[];
    annotations: { id: number; image_id: number; category_id: number; bbox: number[] }[];
  };
}

test('an empty dataset is valid COCO', async () => {
  expect(await written(aDataset([]))).toMatchObject({
    images: [],
    annotations: [],
    categories: [{ id: 1, name: 'polyp' }],
  });
});

test('deliberately empty pictures stand among the images', async () => {
  const size = { width: 10, height: 8 };
  const items = [
    { fileName: 'a.jpg', size, regions: [] },
    { fileName: 'ポリープ.jpg', size, regions: [aBox({ x: 1.5, y: 2, width: 3, height: 4 })] },
  ];
  expect(await written(aDataset(items))).toMatchObject({
    images: [
      { id: 1, file_name: 'images/a.jpg', width: 10, height: 8 },
      { id: 2, file_name: 'images/ポリープ.jpg' },
    ],
    annotations: [
      { id: 1, image_id: 2, category_id: 1, bbox: [1.5, 2, 3, 4], area: 12, iscrowd: 0, segmentation: [] },
    ],
  });
});

test('thousands of pictures and boxes come out whole, each number once', async () => {
  const items = Array.from({ length: 2500 }, (_, at) => ({
    fileName: `${at}.jpg`,
    size: { width: 100, height: 100 },
    regions: Array.from({ length: at % 5 }, () => aBox()),
  }));
  const { images, annotations } = await written(aDataset(items));
  expect(images.map((image) => image.id)).toEqual(items.map((_, at) => at + 1));
  expect(annotations).toHaveLength(5000);
  expect(new Set(annotations.map((annotation) => annotation.id)).size).toBe(5000);
});

test('names are made unique, safe and NFC, and stay readable', () => {
  const name = uniqueNames();
  expect(['a/x.jpg', 'b/x.jpg', 'c/X.JPG', 'x_2.jpg'].map(name)).toEqual([
    'x.jpg',
    'x_2.jpg',
    'X_3.JPG',
    'x_2_2.jpg',
  ]);
  expect(name('d/か\u3099.png')).toBe('が.png');
  expect(name('..')).toBe('_');
  expect(name('a\\..\\b.jpg')).toBe('a_.._b.jpg');
});

test('a download is named after project, format and minute', () => {
  expect(archiveName('胃/検査: 1', 'coco', new Date(2026, 0, 2, 3, 4))).toBe(
    '胃_検査_ 1-coco-2026-01-02-03-04.zip',
  );
  expect(archiveName('..', 'coco', new Date(2026, 0, 2, 3, 4))).toBe('project-coco-2026-01-02-03-04.zip');
});
