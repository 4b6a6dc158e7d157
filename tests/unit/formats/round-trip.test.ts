import { SPLITS, stateOf, type Dataset, type DatasetItem } from '$lib/domain/dataset';
import { turnedBounds } from '$lib/domain/geometry';
import { asId } from '$lib/domain/ids';
import { FORMATS, recognise } from '$lib/formats/all';
import { fit, labelsOf } from '$lib/formats/fit';
import type { Format } from '$lib/formats/format';
import { describe, expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';
import {
  aDataset,
  anItem,
  categoriesOf,
  collect,
  comparable,
  done,
  inMemory,
  randomDataset,
  reading,
  written,
} from '../../fixtures/datasets';

const size = { width: 1920, height: 1080 };

const DATASETS: readonly (readonly [name: string, items: readonly DatasetItem[]])[] = [
  ['nothing', []],
  ['one deliberately empty picture', [anItem({ annotations: [done([])] })]],
  [
    'one picture nobody finished',
    [anItem(), anItem({ fileName: 'b.jpg', path: 'b.jpg', number: 2, annotations: [done([])] })],
  ],
  [
    'a turned box',
    [anItem({ size, annotations: [done([aBox({ x: 700, y: 500, width: 192, height: 54, rotation: 90 })])] })],
  ],
  [
    'a box without a label and one without area',
    [
      anItem({
        annotations: [
          done([
            aBox({ id: asId<'region'>('r1'), labelId: null }),
            aBox({ id: asId<'region'>('r2'), width: 0 }),
            aBox(),
          ]),
        ],
      }),
    ],
  ],
  [
    'boxes that leave the picture',
    [anItem({ annotations: [done([aBox({ x: -10, width: 50 }), aBox({ x: 500 })])] })],
  ],
  [
    'two annotators',
    [anItem({ annotations: [done([aBox()], { annotator: 'A' }), done([], { annotator: '花子' })] })],
  ],
  ['a skipped picture', [anItem({ annotations: [done([aBox()], { isSkipped: true })] })]],
  ['a draft over what was finished', [anItem({ annotations: [done([])], draft: [aBox()] })]],
  [
    'a prediction',
    [
      anItem({
        annotations: [done([])],
        predictions: [
          { modelVersion: 'm', regions: [aBox({ origin: 'prediction', score: 0.25 })], createdAt: null },
        ],
      }),
    ],
  ],
  [
    'parts',
    SPLITS.map((split, at) =>
      anItem({
        fileName: `${at}.jpg`,
        path: `d/${at}.jpg`,
        number: at + 1,
        split,
        annotations: [done([aBox()])],
      }),
    ),
  ],
];

async function roundTrip(format: Format, dataset: Dataset, items: readonly DatasetItem[]) {
  const labels = labelsOf(dataset.categories);
  const fitted = items.flatMap((item) => fit(item, format.capabilities, labels, () => undefined) ?? []);
  const splits =
    format.capabilities.splits && format.singleFile === null && fitted.some((item) => item.split !== null)
      ? SPLITS
      : [];
  const files = await written(
    format.write(
      {
        ...dataset,
        items: async function* () {
          await Promise.resolve();
          yield* fitted;
        },
      },
      { splits, withImages: false },
    ),
  );
  const archive = inMemory(files);
  const context = reading(items);
  const hasPictures = format.id.startsWith('yolo');
  // Pictures that nobody finished are there by their names alone.
  const pictures = hasPictures
    ? fitted.map((item) =>
        format.picturePath(item.fileName, splits.length > 0 ? (item.split ?? 'train') : null),
      )
    : [];
  const whole = { ...archive, paths: [...archive.paths, ...pictures] };
  const back = await format.read(whole, context);
  const got = await collect(back.items());
  const nameOf = new Map(dataset.categories.map((category) => [category.labelId, category.name.trim()]));
  const expected = fitted.filter((item) => format.capabilities.unfinished || stateOf(item) !== 'unfinished');
  return {
    archive: whole,
    got: got.map((item) => comparable(item, format.capabilities, null)),
    expected: expected.map((item) => comparable(item, format.capabilities, nameOf)),
    categories: back.categories,
    issues: context.issues,
  };
}

const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);

describe.each(FORMATS.map((format) => [format.id, format] as const))('%s', (_, format) => {
  test.each(DATASETS)('gives back what it carries: %s', async (_name, items) => {
    const dataset = aDataset(items);
    if (format.id === 'coco' && items.length === 0)
      return expect(roundTrip(format, dataset, items)).rejects.toThrow('no-images');
    const labels = labelsOf(dataset.categories);
    if (items.every((item) => fit(item, format.capabilities, labels, () => undefined) === null)) {
      expect(items.length).toBeLessThan(2);
      return;
    }
    const { got, expected } = await roundTrip(format, dataset, items);
    expect(got.sort(byPath)).toEqual(expected.sort(byPath));
  });

  test('is recognised from what it writes', async () => {
    const items = [
      anItem({ annotations: [done([aBox({ rotation: format.capabilities.rotation ? 30 : 0 })])] }),
    ];
    const { archive } = await roundTrip(format, aDataset(items), items);
    expect(await recognise(archive)).toBe(format.id);
  });

  test('keeps random projects', async () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const { dataset, items } = randomDataset(seed);
      // Corners of a turned box beyond the edge are cut off, so that it is no rectangle any more.
      const kept = items.map((item) => (format.id === 'yolo-obb' ? insideOnly(item) : item));
      const labels = labelsOf(dataset.categories);
      const finishedOnes = kept.flatMap(
        (item) => fit(item, format.capabilities, labels, () => undefined) ?? [],
      );
      if (
        finishedOnes.filter((item) => format.capabilities.unfinished || stateOf(item) !== 'unfinished')
          .length === 0
      )
        continue;
      const { got, expected } = await roundTrip(format, dataset, kept);
      expect(got.sort(byPath), `seed ${seed}`).toEqual(expected.sort(byPath));
    }
  });

  test('keeps class numbers with gaps', async () => {
    if (!format.capabilities.classNumbers) {
      expect(format.capabilities.classNumbers).toBe(false);
      return;
    }
    const categories = categoriesOf(['a', 'b'], 5);
    const items = [anItem({ annotations: [done([aBox({ labelId: categories[1]!.labelId })])] })];
    const { categories: back } = await roundTrip(format, aDataset(items, categories), items);
    expect(back.map(({ name, number }) => [name, number])).toEqual([
      ['a', 5],
      ['b', 6],
    ]);
  });
});

function insideOnly(item: DatasetItem): DatasetItem {
  const inside = (regions: readonly ReturnType<typeof aBox>[]) =>
    regions.filter((region) => {
      const { x, y, width, height } = turnedBounds(region, region.rotation);
      return x >= 0 && y >= 0 && x + width <= item.size!.width && y + height <= item.size!.height;
    });
  return {
    ...item,
    draft: item.draft && inside(item.draft),
    annotations: item.annotations.map((annotation) => ({
      ...annotation,
      regions: inside(annotation.regions),
    })),
  };
}
