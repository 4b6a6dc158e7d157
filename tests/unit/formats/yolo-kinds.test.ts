import { lineOf } from '$lib/formats/yolo-line';
import { smallestTurnedBox, turnedBox } from '$lib/formats/turned-box';
import { textKind } from '$lib/formats/yolo-layout';
import { turnedBounds, turnedCorners } from '$lib/domain/geometry';
import { describe, expect, test } from 'vitest';
import { collect, inMemory, reading, seeded } from '../../fixtures/datasets';
import { readYolo } from '$lib/formats/yolo-read';

const SIZE = { width: 200, height: 100 };
const BOX = { x: 80, y: 40, width: 40, height: 20 };
const POSE = { count: 2, numbers: 3 };

describe('a line', () => {
  test.each([
    ['a box', '3 0.5 0.5 0.2 0.2', null, BOX, null],
    ['a score', '3 0.5 0.5 0.2 0.2 0.75', null, { ...BOX, score: 0.75 }, null],
    ['a track', '3 0.5 0.5 0.2 0.2 17', null, BOX, 'track-left-out'],
    ['a score and a track', '3 0.5 0.5 0.2 0.2 0.75 17', null, { ...BOX, score: 0.75 }, 'track-left-out'],
    ['key points', '3 0.5 0.5 0.2 0.2 0.4 0.4 1 0 0 0', POSE, BOX, 'region-keypoints'],
    [
      'key points and a score',
      '3 0.5 0.5 0.2 0.2 0.4 0.4 1 0 0 0 0.5',
      POSE,
      { ...BOX, score: 0.5 },
      'region-keypoints',
    ],
    ['key points that nobody announced', '3 0.5 0.5 0.2 0.2 0.4 0.4 2 0 0 0', null, BOX, 'region-keypoints'],
    ['a class as a float', '3.0 0.5 0.5 0.2 0.2', null, BOX, null],
  ] as const)('with %s', (_, line, keypoints, box, note) => {
    const read = lineOf(line, SIZE, 'yolo', keypoints);
    expect(read).toMatchObject({ classNumber: 3, note });
    const found = (read as unknown as { box: Record<string, number> }).box;
    for (const [key, value] of Object.entries(box)) expect(found[key], key).toBeCloseTo(value, 9);
    expect(Object.keys(found).includes('score')).toBe('score' in box);
  });

  test.each([
    ['pixels', '0 160 120 80 60', 'pixels-for-parts'],
    ['pixels of corners', '0 10 10 90 10 90 60 10 60', 'pixels-for-parts'],
    ['six numbers that end with 1', '0 0.5 0.5 0.2 0.2 0.9 1', 'columns-ambiguous'],
    ['too few numbers', '0 0.5 0.5', 'number-invalid'],
    ['a class below 0', '-1 0.5 0.5 0.2 0.2', 'number-invalid'],
    ['words', '0 a b c d', 'number-invalid'],
    ['a name for a class', 'cat 0.5 0.5 0.2 0.2', 'number-invalid'],
  ])('of %s is left out by name', (_, line, code) => {
    expect(lineOf(line, SIZE, 'yolo', null)).toBe(code);
  });
});

test('four corners are the box that they were made of, whatever its turn: 500 random ones', () => {
  const random = seeded(3);
  for (let turn = 0; turn < 500; turn += 1) {
    const box = {
      x: random() * 900,
      y: random() * 900,
      width: 1 + random() * 300,
      height: 1 + random() * 300,
    };
    const rotation = Math.round(random() * 36000) / 100;
    const corners = turnedCorners(box, rotation);
    for (const read of [turnedBox(corners)!, smallestTurnedBox(corners)]) {
      const again = turnedCorners(read, read.rotation);
      for (const [x, y] of corners)
        expect(Math.min(...again.map(([u, v]) => Math.hypot(u - x, v - y)))).toBeLessThan(1e-2);
    }
  }
});

test('the smallest turned box holds its points and is no larger than the upright one', () => {
  const random = seeded(4);
  for (let turn = 0; turn < 300; turn += 1) {
    const centre = [random() * 500, random() * 500] as const;
    // Convex, as four corners of a thing are, in order.
    const points = [0, 1, 2, 3].map((at) => {
      const angle = ((at + 0.1 + random() * 0.8) * Math.PI) / 2;
      return [centre[0] + 80 * Math.cos(angle), centre[1] + 50 * Math.sin(angle)] as const;
    });
    const box = smallestTurnedBox(points);
    const angle = (box.rotation * Math.PI) / 180;
    for (const [x, y] of points) {
      const [dx, dy] = [x - box.x - box.width / 2, y - box.y - box.height / 2];
      expect(Math.abs(dx * Math.cos(angle) + dy * Math.sin(angle))).toBeLessThanOrEqual(box.width / 2 + 1e-2);
      expect(Math.abs(dy * Math.cos(angle) - dx * Math.sin(angle))).toBeLessThanOrEqual(
        box.height / 2 + 1e-2,
      );
    }
    const xs = points.map(([x]) => x);
    const ys = points.map(([, y]) => y);
    const upright = (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys));
    expect(box.width * box.height).toBeLessThanOrEqual(upright * 1.5);
    expect(turnedBounds(box, box.rotation).width).toBeGreaterThan(0);
  }
});

test.each([
  ['0 0.5 0.5 0.2 0.2\n', 'labels'],
  ['\n\n12 0.5 0.5 0.2 0.2 0.9\n', 'labels'],
  ['', 'empty'],
  [' \n\n', 'empty'],
  ['./images/a.png\n./images/b.png\n', 'other'],
  ['cat\ndog\n', 'other'],
  ['person 1\n2 3\n', 'other'],
] as const)('a text is told by what it says: %j', (text, kind) => {
  expect(textKind(text)).toBe(kind);
});

describe('a dataset', () => {
  const read = async (files: Readonly<Record<string, string>>, kind: 'yolo' | 'yolo-obb' = 'yolo') => {
    const context = { ...reading(), sizeOf: () => Promise.resolve(SIZE) };
    const dataset = await readYolo(inMemory(files), context, kind);
    const items = await collect(dataset.items());
    return { items, categories: dataset.categories, codes: context.issues.map(({ code }) => code) };
  };

  test('the same line twice is one box; a line that is wrong leaves its picture open', async () => {
    const { items, codes } = await read({
      'labels/a.txt': '0 0.5 0.5 0.2 0.2\n0  0.5 0.5 0.2 0.2 \n',
      'labels/b.txt': '0 160 120 80 60\n',
      'labels/c.txt': '\n',
      'classes.txt': 'cat\n',
    });
    expect(
      items.map(({ path, annotations: [first] }) => [
        path,
        first!.regions.length,
        first!.unsupportedCount ?? 0,
      ]),
    ).toEqual([
      ['a', 1, 0],
      ['b', 0, 1],
      ['c', 0, 0],
    ]);
    expect(codes).toEqual(['region-repeated', 'pixels-for-parts']);
  });

  test('names are to the letter, in whatever file they stand; classes without one are called by their number', async () => {
    for (const names of [
      'names: [007, no, 1e3]',
      'names:\n  0: 007\n  1: no\n  2: 1e3',
      'nc: 3\nnames: ["007", \'no\', 1e3]',
    ])
      expect(
        (await read({ 'data.yaml': names, 'labels/a.txt': '' })).categories.map(({ name }) => name),
      ).toEqual(['007', 'no', '1e3']);
    const { categories, codes } = await read({
      'x/obj.names': '1\r\ncat\r\n',
      'x/obj_train_data/a.txt': '1 0.5 0.5 0.2 0.2\n2 0.5 0.5 0.1 0.1\n',
    });
    expect(categories.map(({ name, number }) => [name, number])).toEqual([
      ['1', 0],
      ['cat', 1],
      ['2', 2],
    ]);
    expect(codes).toEqual(['category-unnamed']);
    // A class that is called 2 by the file is not the class of that number.
    const other = await read({ 'classes.txt': '2\n', 'a.txt': '2 0.5 0.5 0.2 0.2\n' });
    expect(other.categories.map(({ name, number }) => [name, number])).toEqual([
      ['2', 0],
      ['class 2', 2],
    ]);
  });

  test('key points are told once, not line by line', async () => {
    const line = '0 0.5 0.5 0.2 0.2 0.4 0.4 2 0.5 0.5 1\n';
    const { codes, items } = await read({
      'data.yaml': 'kpt_shape: [2, 3]\nnames: [p]',
      'labels/a.txt': line,
      'labels/b.txt': line + '0 0.4 0.5 0.2 0.2 0 0 0 0 0 0\n',
    });
    expect(codes).toEqual(['keypoints-left-out']);
    expect(items.map(({ annotations: [first] }) => first!.regions.length)).toEqual([1, 2]);
  });

  test('a label is about the picture in its own folder, also of two that differ only in their ending', async () => {
    const { items } = await read({
      'images/cam1/f.png': '',
      'images/cam2/f.png': '',
      'images/cam3/f.png': '',
      'images/x.png': '',
      'images/x.jpg': '',
      'labels/cam1/f.txt': '',
      'labels/cam2/f.txt': '',
      'labels/x.txt': '',
    });
    expect(items.map(({ path, annotations }) => [path, annotations.length])).toEqual([
      ['images/cam1/f.png', 1],
      ['images/cam2/f.png', 1],
      ['x', 1],
      ['images/cam3/f.png', 0],
      ['images/x.png', 0],
      ['images/x.jpg', 0],
    ]);
    expect(items[2]).toMatchObject({ isStem: true });
  });
});
