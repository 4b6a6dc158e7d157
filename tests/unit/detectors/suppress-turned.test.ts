import { expect, test } from 'vitest';
import { Candidates } from '$lib/detectors/candidates';
import { suppress } from '$lib/detectors/nms';

type Turned = readonly [
  x: number,
  y: number,
  width: number,
  height: number,
  degrees: number,
  score: number,
  classNumber?: number,
];

function kept(overlap: number, ...boxes: readonly Turned[]): readonly number[] {
  const found = new Candidates(1);
  for (const [x, y, width, height, degrees, score, classNumber = 0] of boxes)
    found.addTurned(x, y, width, height, (degrees * Math.PI) / 180, score, classNumber);
  return [...suppress(found, overlap, 100)];
}

test('of two equal boxes the stronger stays, of two classes both', () => {
  expect(kept(0.5, [50, 50, 40, 10, 30, 0.6], [50, 50, 40, 10, 30, 0.9])).toEqual([1]);
  expect(kept(0.5, [50, 50, 40, 10, 30, 0.6], [50, 50, 40, 10, 30, 0.9, 1])).toEqual([1, 0]);
});
test('a half turn is the same box, a quarter turn of a long one is another', () => {
  expect(kept(0.5, [50, 50, 80, 8, 20, 0.9], [50, 50, 80, 8, 200, 0.8])).toEqual([0]);
  expect(kept(0.5, [50, 50, 80, 8, 20, 0.9], [50, 50, 80, 8, 110, 0.8])).toEqual([0, 1]);
});
test('long boxes side by side stay though the upright boxes round them overlap', () => {
  expect(kept(0.5, [50, 50, 80, 8, 45, 0.9], [60, 40, 80, 8, 45, 0.8])).toEqual([0, 1]);
});
test('more boxes than there was room for keep their angles', () => {
  const many = Array.from({ length: 40 }, (_, at): Turned => [at * 200, 0, 40, 10, at, 0.5 + at / 100]);
  expect(kept(0.5, ...many)).toEqual(many.map((_, at) => many.length - 1 - at));
});
