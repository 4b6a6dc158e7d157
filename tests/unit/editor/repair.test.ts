import { changedBetween, placesOf, touching } from '$lib/editor/screen/repair';
import { expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';

const VIEW = { left: 10, top: 20, scale: 2, turns: 0 } as const;
const [one, two, three] = [0, 100, 200].map((x) => aBox({ x, y: 50, width: 40, height: 30 }));

test('only what one of two drawings lacks is drawn anew', () => {
  const moved = aBox({ x: 7, y: 50, width: 40, height: 30 });
  expect(changedBetween(new Set([one!, two!]), new Set([two!, moved]))).toEqual([one, moved]);
  expect(changedBetween(new Set([one!, two!]), new Set([one!, two!]))).toEqual([]);
});

test('many changes are a drawing of all', () => {
  const many = Array.from({ length: 41 }, (_, x) => aBox({ x, y: 0, width: 5, height: 5 }));
  expect(changedBetween(new Set(), new Set(many))).toBeNull();
  expect(changedBetween(new Set(many), new Set(many.map((region) => ({ ...region }))))).toBeNull();
  expect(changedBetween(new Set(), new Set(many.slice(1)))).toHaveLength(40);
});

test('a place holds the outline, in whole pixels of the screen', () => {
  const [place] = placesOf([aBox({ x: 0.3, y: 0, width: 10, height: 10 })], VIEW, 1.5);
  expect(place!.x * 1.5).toBe(Math.floor((10.6 - 8) * 1.5));
  expect(place!.x + place!.width).toBeGreaterThanOrEqual(30.6 + 8);
  expect(((place!.x + place!.width) * 1.5) % 1).toBeCloseTo(0, 9);
});

test('neighbours whose outlines reach into a place are drawn there too, those further off are not', () => {
  const near = aBox({ x: 46, y: 50, width: 10, height: 10 });
  const found = touching(new Map([['#0072b2', [near, two!, three!]]]), placesOf([one!], VIEW, 1), VIEW);
  expect(found.get('#0072b2')).toEqual([near]);
});
