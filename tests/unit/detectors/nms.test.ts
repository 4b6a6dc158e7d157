import { expect, test } from 'vitest';
import { Candidates } from '$lib/detectors/candidates';
import { suppress } from '$lib/detectors/nms';
import { seeded } from '../../fixtures/seeded';

type Box = readonly [
  left: number,
  top: number,
  right: number,
  bottom: number,
  score: number,
  classNumber: number,
];

const candidates = (boxes: readonly Box[]): Candidates => {
  const all = new Candidates(1);
  for (const box of boxes) all.addCorners(...box);
  return all;
};
const kept = (boxes: readonly Box[], overlap: number, most = 300) =>
  Array.from(suppress(candidates(boxes), overlap, most));

/** The definition, word for word. */
function plain(boxes: readonly Box[], overlap: number): number[] {
  const order = boxes.map((_, at) => at).sort((a, b) => boxes[b]![4] - boxes[a]![4] || a - b);
  const stay: number[] = [];
  for (const at of order)
    if (!stay.some((other) => boxes[other]![5] === boxes[at]![5] && iou(boxes[other]!, boxes[at]!) > overlap))
      stay.push(at);
  return stay;
}
function iou(a: Box, b: Box): number {
  const common =
    Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) *
    Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  return common / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - common);
}
function many(count: number, classes: number, seed: number): Box[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => {
    const [x, y] = [Math.floor(random(600)), Math.floor(random(600))];
    return [
      x,
      y,
      x + 4 + Math.floor(random(60)),
      y + 4 + Math.floor(random(60)),
      Math.fround(Math.floor(random(1000)) / 1000),
      Math.floor(random(classes)),
    ];
  });
}

test('of two that cover each other the stronger stays, of two classes both', () => {
  expect(
    kept(
      [
        [0, 0, 10, 10, 0.5, 0],
        [1, 1, 11, 11, 0.9, 0],
        [0, 0, 10, 10, 0.7, 1],
      ],
      0.5,
    ),
  ).toEqual([1, 2]);
});
test('covered by exactly the overlap stays', () => {
  const half: Box[] = [
    [0, 0, 10, 10, 0.9, 0],
    [0, 0, 10, 5, 0.8, 0],
  ];
  expect(kept(half, 0.5)).toEqual([0, 1]);
  expect(kept(half, 0.49)).toEqual([0]);
});
test('equal scores stay in the order they came', () => {
  expect(
    kept(
      [
        [0, 0, 1, 1, 0.5, 0],
        [5, 5, 6, 6, 0.5, 0],
        [9, 9, 10, 10, 0.5, 0],
      ],
      0.5,
    ),
  ).toEqual([0, 1, 2]);
});
test('at 1 nothing goes, not even the same box twice', () => {
  expect(
    kept(
      [
        [0, 0, 9, 9, 0.9, 0],
        [0, 0, 9, 9, 0.8, 0],
      ],
      1,
    ),
  ).toEqual([0, 1]);
});
test('no more than asked, the strongest; none of none; boxes without area do no harm', () => {
  expect(
    kept(
      [
        [0, 0, 1, 1, 0.1, 0],
        [5, 5, 6, 6, 0.9, 0],
        [9, 9, 10, 10, 0.5, 0],
      ],
      0.5,
      2,
    ),
  ).toEqual([1, 2]);
  expect(kept([], 0.5)).toEqual([]);
  expect(
    kept(
      [
        [3, 3, 3, 3, 0.9, 0],
        [3, 3, 3, 3, 0.8, 0],
        [5, 5, 2, 2, 0.7, 0],
      ],
      0.5,
    ),
  ).toEqual([0, 1, 2]);
});
test.each([
  [1, 0.5],
  [3, 0.3],
  [80, 0.45],
  [1, 0],
])('with %i classes and an overlap of %d it does what the definition says', (classes, overlap) => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const boxes = many(400, classes, seed);
    expect(kept(boxes, overlap, 1000)).toEqual(plain(boxes, overlap));
  }
});

/** Boxes of every size and place, whole pixels or not: dots, stripes, some as large as everything, some far away. */
function wild(count: number, seed: number): Box[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => {
    const reach = [1, 30, 300, 3000][Math.floor(random(4))]!;
    const [x, y] = [random(3000) - 500, random(900) - (random(100) < 1 ? 1e6 : 0)];
    const [width, height] = [random(reach), random(10) < 1 ? random(2) : random(reach)];
    const corners = [x, y, x + width, y + height].map(random(2) < 1 ? Math.fround : Math.round);
    return [...corners, Math.fround(random(1)), Math.floor(random(2))] as unknown as Box;
  });
}
test.each([0, 0.3, 0.5, 0.9])(
  'whatever the sizes and places, an overlap of %d gives what the definition says',
  (overlap) => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const boxes = wild(700, seed);
      expect(kept(boxes, overlap, boxes.length), `seed ${seed}`).toEqual(plain(boxes, overlap));
    }
  },
);
test('thousands of one class, too', () => {
  const boxes = many(2500, 1, 11);
  expect(kept(boxes, 0.5, boxes.length)).toEqual(plain(boxes, 0.5));
});
