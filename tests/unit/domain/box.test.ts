import { REGION_OPERATIONS } from '$lib/domain/region';
import { imagePoint } from '$lib/domain/ids';
import { BOX_HANDLES, handlePoint } from '$lib/domain/regions/box';
import { MIN_BOX_SIDE, resizeBox, type BoxHandle } from '$lib/domain/regions/resize-box';
import { describe, expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';

const SIZE = { width: 100, height: 80 };
const box = aBox({ x: 10.25, y: 20.5, width: 30.125, height: 40.0625 });

describe('resizing', () => {
  test.each(BOX_HANDLES)('by %s changes no edge but the held ones, to the last bit', (handle) => {
    const next = resizeBox(box, handle, imagePoint(33.3, 44.4), SIZE);
    if (!handle.includes('w')) expect(next.x === box.x || handle.includes('e')).toBe(true);
    if (handle === 'n' || handle === 's') expect([next.x, next.width]).toEqual([box.x, box.width]);
    if (handle === 'e' || handle === 'w') expect([next.y, next.height]).toEqual([box.y, box.height]);
    if (handle.includes('e')) expect(next.x).toBe(box.x);
    if (handle.includes('s')) expect(next.y).toBe(box.y);
  });

  test.each<[BoxHandle, number, number]>([
    ['se', -50, -50],
    ['nw', 500, 500],
    ['e', 10.25, 0],
    ['w', 1000, 0],
    ['s', 0, 0],
  ])('by %s to %d,%d keeps it in the picture and at least one pixel wide', (handle, x, y) => {
    const next = resizeBox(box, handle, imagePoint(x, y), SIZE);
    expect(Math.min(next.width, next.height)).toBeGreaterThanOrEqual(MIN_BOX_SIDE - 1e-9);
    expect(next.x).toBeGreaterThanOrEqual(0);
    expect(next.x + next.width).toBeLessThanOrEqual(SIZE.width + 1e-9);
    expect(next.y + next.height).toBeLessThanOrEqual(SIZE.height + 1e-9);
  });

  test('over the opposite edge turns the box over', () => {
    const next = resizeBox(aBox({ x: 40, y: 10, width: 20, height: 20 }), 'e', imagePoint(15, 0), SIZE);
    expect([next.x, next.width]).toEqual([15, 25]);
  });

  test('a handle sits where its name says', () => {
    expect(handlePoint({ x: 0, y: 0, width: 10, height: 20 }, 'se')).toEqual([10, 20]);
    expect(handlePoint({ x: 0, y: 0, width: 10, height: 20 }, 'n')).toEqual([5, 0]);
  });
});

test('a box moved over the edge stops there and keeps its size', () => {
  expect(
    REGION_OPERATIONS.box.translate(aBox({ x: 60, y: 10, width: 30, height: 40 }), 500, -500, SIZE),
  ).toMatchObject({ x: 70, y: 0, width: 30, height: 40 });
});

test.each([
  ['half outside', aBox({ x: -10, y: 70, width: 20, height: 20 }), { x: 0, y: 70, width: 10, height: 10 }],
  ['whole inside', aBox({ x: 1, y: 2, width: 3, height: 4 }), { x: 1, y: 2, width: 3, height: 4 }],
])('a box %s is clipped to the picture', (_, region, expected) => {
  expect(REGION_OPERATIONS.box.clip(region, SIZE)).toMatchObject(expected);
});

test('a box without a part in the picture is not clipped to an empty one', () => {
  expect(REGION_OPERATIONS.box.clip(aBox({ x: 100, y: 0, width: 20, height: 20 }), SIZE)).toBeNull();
});
