import type { Dataset } from '$lib/domain/dataset';
import { writeCoco } from '$lib/formats/coco';
import { uniqueNames } from '$lib/formats/paths';
import { archiveName } from '$lib/services/archive-name';
import { expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';
import { aDataset, anItem, done } from '../../fixtures/datasets';

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
    anItem({ fileName: 'a.jpg', size, annotations: [done([])] }),
    anItem({
      fileName: 'ポリープ.jpg',
      size,
      annotations: [done([aBox({ x: 1.5, y: 2, width: 3, height: 4 })])],
    }),
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
  const items = Array.from({ length: 2500 }, (_, at) =>
    anItem({ fileName: `${at}.jpg`, annotations: [done(Array.from({ length: at % 5 }, () => aBox()))] }),
  );
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
  expect(name('CON.jpg')).toBe('_CON.jpg');
  expect(new TextEncoder().encode(name(`${'長'.repeat(200)}.jpg`)).length).toBeLessThanOrEqual(240);
  const stems = uniqueNames('stem');
  expect(['a.jpg', 'a.png'].map(stems)).toEqual(['a.jpg', 'a_2.png']);
  expect(name('a\\..\\b.jpg')).toBe('a_.._b.jpg');
});

test('a download is named after project, format and minute', () => {
  expect(archiveName('胃/検査: 1', 'coco', new Date(2026, 0, 2, 3, 4))).toBe(
    '胃_検査_ 1-coco-2026-01-02-03-04.zip',
  );
  expect(archiveName('..', 'coco', new Date(2026, 0, 2, 3, 4))).toBe('project-coco-2026-01-02-03-04.zip');
});
