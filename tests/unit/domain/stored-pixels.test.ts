import { turnedCorners } from '$lib/domain/geometry';
import { uprightRect, uprightBox } from '$lib/domain/stored-pixels';
import { expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';
import { seeded } from '../../fixtures/datasets';

const STORED = { width: 320, height: 240 };

/** Where a point of the stored picture stands in the upright one: what each EXIF orientation says of row 0 and column 0. */
const UPRIGHT: readonly ((x: number, y: number) => readonly [number, number])[] = [
  (x, y) => [x, y],
  (x, y) => [320 - x, y],
  (x, y) => [320 - x, 240 - y],
  (x, y) => [x, 240 - y],
  (x, y) => [y, x],
  (x, y) => [240 - y, x],
  (x, y) => [240 - y, 320 - x],
  (x, y) => [y, 320 - x],
];

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'orientation %i: a box is where its corners are, turned or not',
  (orientation) => {
    const random = seeded(orientation);
    for (let turn = 0; turn < 50; turn += 1) {
      const rect = {
        x: random() * 200,
        y: random() * 150,
        width: 1 + random() * 100,
        height: 1 + random() * 80,
      };
      for (const rotation of [0, Math.round(random() * 36000) / 100]) {
        const box = aBox({ ...rect, rotation });
        const upright = uprightBox(box, orientation, STORED);
        const found = turnedCorners(upright, upright.rotation);
        for (const [x, y] of turnedCorners(rect, rotation)) {
          const [u, v] = UPRIGHT[orientation - 1]!(x, y);
          expect(Math.min(...found.map(([a, b]) => Math.hypot(a - u, b - v)))).toBeLessThan(1e-6);
        }
      }
      const { width, height } = uprightRect(rect, orientation, STORED);
      expect([width, height].sort()).toEqual([rect.width, rect.height].sort());
    }
  },
);
