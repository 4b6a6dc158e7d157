import { by } from '../../fixtures/work';
import { turnedCorners } from '$lib/domain/geometry';
import { summarize } from '$lib/domain/task';
import { asId } from '$lib/domain/ids';
import { aBox, aLabel, anAnnotation } from '../../fixtures/builders';
import { aProjectWith, exported, imported, taskId, type World } from '../../fixtures/exchange';
import { describe, expect, test } from 'vitest';

/** The sixteen faults of Label Studio's converter, each shown right here; numbers as in the reference, 2.10. */
const HD = { width: 1920, height: 1080 };

async function aProject(
  regions: readonly ReturnType<typeof aBox>[] = [aBox()],
  paths: readonly string[] = ['a.jpg'],
  size = HD,
  overrides = {},
) {
  const world = await aProjectWith(paths, overrides);
  await submit(world, 1, regions, size);
  return world;
}
async function submit(
  world: World,
  number: number,
  regions: readonly ReturnType<typeof aBox>[],
  imageSize = HD,
  overrides = {},
) {
  const annotation = anAnnotation({ taskId: taskId(number), regions, imageSize, ...overrides });
  await world.database.annotations.put(annotation);
  await world.database.tasks.update(taskId(number), { ...summarize(annotation, null), size: imageSize });
}
interface Coco {
  images: { file_name: string; width: number; height: number }[];
  categories: { id: number; name: string }[];
  annotations: { bbox: number[]; category_id: number }[];
}
const coco = async (world: World, kind: 'coco' | 'coco-with-images' = 'coco') =>
  JSON.parse((await exported(world, { kind })).files.get('result.json')!) as Coco;
/** A tenth by a twentieth of the picture, turned by a quarter: 54 by 192. */
const QUARTER = aBox({ x: 700, y: 500, width: 192, height: 54, rotation: 90 });
const UPRIGHT = [769, 431, 54, 192];

describe('a fault of Label Studio’s exports is not one of ours', () => {
  test('1: a turned box on a picture that is not square is measured in pixels', async () => {
    const { annotations } = await coco(await aProject([QUARTER]));
    expect(annotations[0]!.bbox.map((value) => Math.round(value))).toEqual(UPRIGHT);
  });

  test('2: YOLO and VOC take the turn into account', async () => {
    const world = await aProject([QUARTER]);
    const yolo = (await exported(world, { kind: 'yolo', firstNumber: 0 })).files
      .get('labels/a.txt')!
      .trim()
      .split(' ')
      .map(Number);
    expect([yolo[3]! * 1920, yolo[4]! * 1080].map(Math.round)).toEqual([54, 192]);
    expect((await exported(world, { kind: 'voc' })).files.get('Annotations/a.xml')).toContain(
      '<xmin>769</xmin><ymin>431</ymin><xmax>823</xmax><ymax>623</ymax>',
    );
    const obb = (await exported(world, { kind: 'yolo-obb', firstNumber: 0 })).files
      .get('labels/a.txt')!
      .trim()
      .split(' ')
      .slice(1)
      .map(Number);
    const corners = turnedCorners(QUARTER, 90).flatMap(([x, y]) => [x / 1920, y / 1080]);
    for (const [at, value] of corners.entries()) expect(obb[at]).toBeCloseTo(value, 9);
  });

  test('3: COCO counts classes from 1', async () => {
    const { categories, annotations } = await coco(await aProject());
    expect(categories.map(({ id }) => id)).toEqual([1, 2]);
    expect(annotations[0]!.category_id).toBe(1);
  });

  const LABELS = ['zebra', 'ant', 'mole'].map((name, at) =>
    aLabel({ id: asId<'label'>(`label-${at + 1}`), name }),
  );
  test('4: classes stand in the project’s order, not in the alphabet’s', async () => {
    const world = await aProject([aBox()], ['a.jpg'], HD, { labels: LABELS });
    expect((await coco(world)).categories.map(({ id, name }) => [id, name])).toEqual([
      [1, 'zebra'],
      [2, 'ant'],
      [3, 'mole'],
    ]);
    expect((await exported(world, { kind: 'yolo', firstNumber: 0 })).files.get('classes.txt')).toBe(
      'zebra\nant\nmole\n',
    );
  });

  test('5: where explicit numbers leave gaps there is no classes.txt that would lie; data.yaml has the numbers', async () => {
    const labels = LABELS.map((label, at) => ({ ...label, classNumber: at === 0 ? 7 : null }));
    const { files } = await exported(await aProject([aBox()], ['a.jpg'], HD, { labels }), {
      kind: 'yolo',
      firstNumber: 0,
    });
    expect(files.has('classes.txt')).toBe(false);
    expect(files.get('data.yaml')).toMatch(/"?0"?: ant\n\s+"?1"?: mole\n\s+"?7"?: zebra/);
    expect(files.get('labels/a.txt')).toMatch(/^7 /);
  });

  test('6: answers about the whole picture are no classes and move no number', async () => {
    const world = await aProjectWith(['a.jpg']);
    const task = {
      data: { image: 'a.jpg' },
      annotations: [
        {
          result: [
            { id: 'c', type: 'choices', from_name: 'q', to_name: 'image', value: { choices: ['bad'] } },
            {
              id: 'r',
              type: 'rectanglelabels',
              from_name: 'label',
              to_name: 'image',
              original_width: 100,
              original_height: 80,
              value: { x: 10, y: 10, width: 10, height: 10, rectanglelabels: ['polyp'] },
            },
          ],
        },
      ],
    };
    await imported(world, { 't.json': JSON.stringify([task]) });
    expect((await coco(world)).categories).toEqual([
      { id: 1, name: 'polyp', supercategory: '' },
      { id: 2, name: 'ポリープ', supercategory: '' },
    ]);
    expect((await coco(world)).annotations).toMatchObject([{ category_id: 1 }]);
  });

  test('7: file_name stays inside the export', async () => {
    const { images } = await coco(await aProject([aBox()], ['../../up/a.jpg']));
    expect(images[0]!.file_name).toBe('images/a.jpg');
  });

  test('8: with images means with every image', async () => {
    const world = await aProject([aBox()], ['x/a.jpg', 'y/a.jpg']);
    await submit(world, 2, []);
    const { files } = await exported(world, { kind: 'coco-with-images' });
    expect(files.get('images/a.jpg')).toBe('x/a.jpg');
    expect(files.get('images/a_2.jpg')).toBe('y/a.jpg');
  });

  test('9: names with blanks, signs and other scripts are the same for picture and label', async () => {
    const { files } = await exported(await aProject([aBox()], ['症例 1/胃 50%#2.jpg']), {
      kind: 'yolo-with-images',
      firstNumber: 0,
    });
    expect([...files.keys()]).toContain('images/胃 50%#2.jpg');
    expect([...files.keys()]).toContain('labels/胃 50%#2.txt');
  });

  test('10: the size is that of the upright picture that the boxes were drawn on', async () => {
    const world = await aProject([aBox()], ['turned.jpg'], { width: 1200, height: 1800 });
    expect((await coco(world)).images).toMatchObject([{ width: 1200, height: 1800 }]);
  });

  test('11: deliberately empty pictures and unfinished ones do not look the same', async () => {
    const world = await aProject([], ['empty.jpg', 'open.jpg']);
    const choice = { includeUnfinished: true, firstNumber: 0 } as const;
    expect((await coco(world)).images.map(({ file_name }) => file_name)).toEqual(['images/empty.jpg']);
    const text = (await exported(world, { kind: 'coco', ...choice })).files.get('result.json')!;
    expect((JSON.parse(text) as { images: { state?: string }[] }).images.map(({ state }) => state)).toEqual([
      undefined,
      'unfinished',
    ]);
    const { files } = await exported(world, { kind: 'yolo', ...choice });
    expect([files.get('labels/empty.txt'), files.has('labels/open.txt')]).toEqual(['', false]);
    expect((await exported(world, { kind: 'flat-csv', ...choice })).files.get('out')).toMatch(
      /empty\.jpg,1920,1080,submitted[^]*open\.jpg,100,80,unfinished/,
    );
  });

  test('12: one bad region costs itself alone, and is told', async () => {
    const world = await aProject([aBox(), aBox({ width: 0, rotation: 45 }), aBox({ labelId: null })]);
    const { report } = await exported(world, { kind: 'yolo-obb', firstNumber: 0 });
    expect(report.counts).toMatchObject({ boxes: 1 });
    expect(report.skipped.map(({ code }) => code)).toEqual(['region-empty', 'region-unlabelled']);
    const task = {
      data: { image: 'a.jpg' },
      annotations: [
        {
          result: [
            {
              id: '1',
              type: 'rectanglelabels',
              value: { x: 10, y: 10, width: 10, height: 10, rotation: null, rectanglelabels: ['polyp'] },
            },
            {
              id: '2',
              type: 'rectanglelabels',
              value: { x: 'x', y: 10, width: 10, height: 10, rectanglelabels: ['polyp'] },
            },
          ],
        },
      ],
    };
    const other = await aProjectWith(['a.jpg']);
    const taken = await imported(other, { 't.json': JSON.stringify(task) });
    expect(taken.counts).toMatchObject({ annotations: 1, boxes: 1 });
    expect(taken.skipped.map(({ code }) => code)).toEqual(['number-invalid']);
  });

  test('13: an answer before the first box does not take the boxes from VOC', async () => {
    const world = await aProjectWith(['a.jpg']);
    const task = {
      data: { image: 'a.jpg' },
      annotations: [
        {
          result: [
            { id: 'c', type: 'choices', value: { choices: ['bad'] } },
            {
              id: 'r',
              type: 'rectanglelabels',
              original_width: 100,
              original_height: 80,
              value: { x: 10, y: 10, width: 10, height: 10, rectanglelabels: ['polyp'] },
            },
          ],
        },
      ],
    };
    await imported(world, { 't.json': JSON.stringify([task]) });
    expect((await exported(world, { kind: 'voc' })).files.get('Annotations/a.xml')).toContain(
      '<name>polyp</name>',
    );
  });

  test('14: every task goes out, beyond any page of them', async () => {
    const paths = Array.from({ length: 1203 }, (_, at) => `${at}.jpg`);
    const world = await aProjectWith(paths);
    await world.database.annotations.putMany(
      paths.map((_, at) => anAnnotation({ taskId: taskId(at + 1), regions: [aBox()] })),
    );
    expect((await coco(world)).images).toHaveLength(1203);
    expect((await coco(world)).annotations).toHaveLength(1203);
  });

  test('15: several annotators make neither two images nor one that overwrites the other', async () => {
    const world = await aProject([aBox()]);
    await world.database.annotations.putMany([
      anAnnotation({ ...by('B'), regions: [aBox({ x: 99 })], imageSize: HD }),
    ]);
    const { images, annotations } = await coco(world);
    expect([images.length, annotations.length, annotations[0]!.bbox[0]]).toEqual([1, 1, 10]);
    const tasks = JSON.parse((await exported(world, { kind: 'json' })).files.get('out')!) as {
      annotations: unknown[];
    }[];
    expect(tasks[0]!.annotations).toHaveLength(2);
  });

  test('16: JSON-MIN says of a turned box all that is needed to draw it', async () => {
    const rows = JSON.parse(
      (await exported(await aProject([QUARTER]), { kind: 'json-min' })).files.get('out')!,
    ) as { width: number; height: number; label: Record<string, number>[] }[];
    const [value] = rows[0]!.label;
    expect([rows[0]!.width, rows[0]!.height, value!['rotation'], value!['original_width']]).toEqual([
      1920, 1080, 90, 1920,
    ]);
    // The anchor is the turned upper left corner, in percent of the picture.
    expect([(value!['x']! / 100) * 1920, (value!['y']! / 100) * 1080].map(Math.round)).toEqual([823, 431]);
  });
});
