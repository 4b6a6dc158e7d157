import { readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drawPicture } from '../../../scripts/sample/draw.mjs';

const SMALL = { width: 160, height: 128 };

test('the same seed gives the same pixels, another seed others', () => {
  const [a, b, c] = [drawPicture(5, SMALL), drawPicture(5, SMALL), drawPicture(6, SMALL)];
  expect(a.pixels).toEqual(b.pixels);
  expect(a.pixels).not.toEqual(c.pixels);
});

test('boxes lie in the picture and have an area; a healthy picture has none', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    for (const box of drawPicture(seed, SMALL).polyps) {
      expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(SMALL.width);
      expect(box.y + box.height).toBeLessThanOrEqual(SMALL.height);
      expect(box.width * box.height).toBeGreaterThan(0);
    }
  }
  expect(drawPicture(3, { ...SMALL, healthy: true }).polyps).toEqual([]);
});

test('the shipped pictures are 24, of which 4 healthy, and small', () => {
  const truth = JSON.parse(readFileSync('static/sample/truth.json', 'utf8')) as {
    images: { id: number }[];
    annotations: { image_id: number }[];
  };
  const withPolyps = new Set(truth.annotations.map((annotation) => annotation.image_id));
  expect(truth.images).toHaveLength(24);
  expect(truth.images.filter((image) => !withPolyps.has(image.id))).toHaveLength(4);
  const bytes = readdirSync('static/sample/pictures').map(
    (name) => statSync(`static/sample/pictures/${name}`).size,
  );
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(2e6);
});
