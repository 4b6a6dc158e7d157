import { boxOfSegmentation } from '$lib/formats/outline';
import { describe, expect, test } from 'vitest';
import { seeded } from '../../fixtures/datasets';

/** Pixels inside a mask, by column, then by row, as COCO counts them. */
function randomMask(random: () => number, width: number, height: number): boolean[] {
  const inside = Array<boolean>(width * height).fill(false);
  for (let spot = 0; spot < 1 + random() * 4; spot += 1) {
    const [left, top] = [Math.floor(random() * width), Math.floor(random() * height)];
    const [right, bottom] = [
      left + 1 + Math.floor(random() * (width - left)),
      top + 1 + Math.floor(random() * (height - top)),
    ];
    for (let x = left; x < Math.min(right, width); x += 1)
      for (let y = top; y < Math.min(bottom, height); y += 1)
        if (random() < 0.9) inside[x * height + y] = true;
  }
  return inside;
}

function runsOf(inside: readonly boolean[]): number[] {
  const runs: number[] = [];
  let [now, length] = [false, 0];
  for (const is of inside) {
    if (is !== now) {
      runs.push(length);
      [now, length] = [is, 0];
    }
    length += 1;
  }
  return [...runs, length];
}

/** COCO's own compression: differences from the run two before, five bits a character. */
function compressed(runs: readonly number[]): string {
  let text = '';
  for (const [at, run] of runs.entries()) {
    let value = at > 2 ? run - runs[at - 2]! : run;
    for (let goesOn = true; goesOn;) {
      const five = value & 31;
      value >>= 5;
      goesOn = (five & 16) !== 0 ? value !== -1 : value !== 0;
      text += String.fromCharCode((five | (goesOn ? 32 : 0)) + 48);
    }
  }
  return text;
}

function boxOf(inside: readonly boolean[], height: number) {
  const at = inside.flatMap((is, index) =>
    is ? [[Math.floor(index / height), index % height] as const] : [],
  );
  if (at.length === 0) return null;
  const [xs, ys] = [at.map(([x]) => x), at.map(([, y]) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 };
}

describe('the box around a mask', () => {
  test('is that of its pixels, however the mask is packed: 300 random ones', () => {
    const random = seeded(7);
    for (let turn = 0; turn < 300; turn += 1) {
      const [width, height] = [1 + Math.floor(random() * 40), 1 + Math.floor(random() * 40)];
      const inside =
        random() < 0.05 ? Array<boolean>(width * height).fill(false) : randomMask(random, width, height);
      const [counts, size] = [runsOf(inside), [height, width]];
      const wanted = boxOf(inside, height);
      expect(boxOfSegmentation({ counts, size })).toEqual(wanted);
      expect(boxOfSegmentation({ counts: compressed(counts), size })).toEqual(wanted);
    }
  });

  test('is none where the mask is none', () => {
    for (const wrong of [
      { counts: [5, 5], size: [2, 2] },
      { counts: [-1, 5], size: [9, 9] },
      { counts: 'é', size: [9, 9] },
      { counts: [1, 2] },
      { size: [9, 9] },
      {},
      null,
      'text',
      [[1, 'x', 3, 4]],
      [[1, 2]],
      [1],
    ])
      expect(boxOfSegmentation(wrong)).toBeNull();
  });
});

test.each([
  ['one ring', [[1, 2, 5, 2, 5, 9]]],
  [
    'rings',
    [
      [1, 2, 5, 2],
      [3, 9, 4, 4],
    ],
  ],
  ['numbers in a row', [1, 2, 5, 2, 5, 9]],
  [
    'points as pairs',
    [
      [
        [1, 2],
        [5, 2],
        [5, 9],
      ],
    ],
  ],
  ['numbers as text', [['1', '2', '5', '2', '5', '9']]],
])('the box around an outline: %s', (_, segmentation) => {
  expect(boxOfSegmentation(segmentation)).toEqual({ x: 1, y: 2, width: 4, height: 7 });
});

test('an outline of 200,000 points is no more than its box', () => {
  const ring = Array.from({ length: 400_000 }, (_, at) => (at % 2 === 0 ? at % 640 : at % 481));
  expect(boxOfSegmentation([ring])).toEqual({ x: 0, y: 0, width: 638, height: 480 });
});
