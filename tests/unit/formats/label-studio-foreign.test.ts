import { labelStudioJson } from '$lib/formats/label-studio';
import { labelStudioMin } from '$lib/formats/label-studio-table';
import { boxOfBrush } from '$lib/formats/label-studio-brush';
import { describe, expect, test } from 'vitest';
import { collect, inMemory, reading, seeded } from '../../fixtures/datasets';

const SIZE = { width: 100, height: 80 };

/** Label Studio's own packing, bit by bit; `lengths`: bits of each size of run. */
function packed(alpha: readonly number[], random: () => number): number[] {
  const values = alpha.flatMap((one) => [0, 0, 0, one]);
  const bits: number[] = [];
  const put = (value: number, count: number) => {
    for (let bit = count - 1; bit >= 0; bit -= 1) bits.push(Math.floor(value / 2 ** bit) % 2);
  };
  const lengths = [3, 4, 8, 16];
  put(values.length, 32);
  put(7, 5);
  for (const length of lengths) put(length - 1, 4);
  for (let at = 0; at < values.length;) {
    let run = 1;
    while (at + run < values.length && values[at + run] === values[at] && run < 2 ** 16) run += 1;
    const isRun = run > 2;
    const length = isRun ? run : Math.min(values.length - at, 1 + Math.floor(random() * 8));
    const size = lengths.findIndex((one) => length <= 2 ** one);
    put(isRun ? 1 : 0, 1);
    put(size, 2);
    put(length - 1, lengths[size]!);
    if (isRun) put(values[at]!, 8);
    else for (let one = 0; one < length; one += 1) put(values[at + one]!, 8);
    at += length;
  }
  while (bits.length % 8 !== 0) bits.push(0);
  return Array.from({ length: bits.length / 8 }, (_, at) =>
    bits.slice(at * 8, at * 8 + 8).reduce((sum, bit) => sum * 2 + bit, 0),
  );
}

describe('a brush', () => {
  test('gives the box around its pixels: 150 random ones', () => {
    const random = seeded(9);
    for (let turn = 0; turn < 150; turn += 1) {
      const [width, height] = [1 + Math.floor(random() * 20), 1 + Math.floor(random() * 20)];
      const density = random() ** 4;
      const alpha = Array.from({ length: width * height }, () => (random() < density ? 255 : 0));
      const at = alpha.flatMap((one, index) =>
        one > 0 ? [[index % width, Math.floor(index / width)] as const] : [],
      );
      const box = boxOfBrush(packed(alpha, random), { width, height });
      if (at.length === 0) expect(box).toBeNull();
      else {
        const [xs, ys] = [at.map(([x]) => x), at.map(([, y]) => y)];
        const [x, y] = [Math.min(...xs), Math.min(...ys)];
        expect(box).toEqual({ x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 });
      }
    }
  });
  test('that is none, or of another picture, gives none', () => {
    const mask = packed(Array<number>(100 * 80).fill(255), seeded(1));
    expect(boxOfBrush(mask, SIZE)).toEqual({ x: 0, y: 0, ...SIZE });
    expect(boxOfBrush(mask, { width: 80, height: 99 })).toBeNull();
    expect(boxOfBrush(mask.slice(0, 9), SIZE)).toBeNull();
    for (const wrong of [null, [], [0, 0, 0, 8, 16, 1, 255, 0], ['x'], 'x'])
      expect(boxOfBrush(wrong, SIZE)).toBeNull();
  });
});

const box = (x: number, more = {}) => ({
  id: `r${x}`,
  type: 'rectanglelabels',
  original_width: 100,
  original_height: 80,
  value: { x, y: 10, width: 10, height: 10, rectanglelabels: ['car'] },
  ...more,
});
const read = async (files: Readonly<Record<string, string>>) => {
  const context = reading();
  const archive = inMemory(files);
  expect(await labelStudioJson.sniff(archive)).toBeGreaterThan(0.5);
  const items = await collect((await labelStudioJson.read(archive, context)).items());
  return {
    items: items.map(({ path, annotations }) => [
      path,
      ...annotations.map(({ regions }) => regions.map(({ x }) => Math.round(x))),
    ]),
    told: context.issues.map(({ code, place }) => [code, place]),
  };
};

test('a task with a list of pictures is a task a picture; a region that says none of them is told', async () => {
  const task = {
    id: 4,
    data: { pages: ['/data/local-files/?d=p/0.png', '/data/local-files/?d=p/1.png'] },
    annotations: [
      {
        result: [box(10, { item_index: 1 }), box(20, { item_index: 0 }), box(30), box(40, { item_index: 2 })],
      },
    ],
  };
  expect(await read({ 'a.json': JSON.stringify([task]) })).toEqual({
    items: [
      ['p/0.png', [20]],
      ['p/1.png', [10]],
    ],
    told: [
      ['image-ambiguous', 'task 4, region r30'],
      ['image-ambiguous', 'task 4, region r40'],
    ],
  });
});

test('a target storage holds a file an annotation, named by its number', async () => {
  const file = (id: number, image: string, x: number) =>
    JSON.stringify({
      id,
      result: [box(x)],
      completed_by: { id: 1 },
      was_cancelled: false,
      task: { id, data: { image } },
    });
  expect(
    await read({ 'out/7': file(7, 'a.png', 10), 'out/8': file(8, 'b.png', 20), 'out/README': 'x' }),
  ).toEqual({
    items: [
      ['a.png', [10]],
      ['b.png', [20]],
    ],
    told: [],
  });
});

test('a picture inside of its task is told by the task, not by its letters', async () => {
  const image = `data:image/png;base64,${'A'.repeat(2_000_000)}`;
  const { items, told } = await read({
    'a.json': JSON.stringify([
      { id: 3, data: { image }, annotations: [{ result: [box(1)] }] },
      { id: 4, data: { image: 'b.png' }, annotations: [{ result: [] }] },
    ]),
  });
  expect(items).toEqual([['b.png', []]]);
  expect(told).toEqual([['picture-inside', 'task 3']]);
});

test.each([
  [
    'a key point',
    { x: 10, y: 10, width: 0.5, original_width: 100, original_height: 80, keypointlabels: ['car'] },
    1,
  ],
  [
    'a brush that is none',
    { rle: [0, 0, 0, 8], original_width: 100, original_height: 80, brushlabels: ['car'] },
    1,
  ],
  [
    'a box',
    { x: 10, y: 10, width: 5, height: 5, original_width: 100, original_height: 80, rectanglelabels: ['car'] },
    0,
  ],
])('a row of JSON-MIN with %s says how much was not taken', async (_, value, untaken) => {
  const rows = [
    { id: 1, image: '/data/local-files/?d=a.png', label: [value], annotation_id: 5, annotator: 1 },
    { id: 2, image: '/data/local-files/?d=b.png', annotation_id: 6, annotator: 1 },
  ];
  const context = { ...reading(), sizeOf: () => Promise.resolve(SIZE) };
  const dataset = await labelStudioMin.read(inMemory({ 'a.json': JSON.stringify(rows) }), context);
  const items = await collect(dataset.items());
  expect(
    items.map(({ annotations: [first] }) => [first!.regions.length, first!.unsupportedCount ?? 0]),
  ).toEqual([
    [1 - untaken, untaken],
    [0, 0],
  ]);
});
