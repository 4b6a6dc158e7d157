import { imagePoint } from '$lib/domain/ids';
import { REGION_OPERATIONS } from '$lib/domain/region';
import { BOX_HANDLES, handlePoint, rotateBox, type BoxRegion } from '$lib/domain/regions/box';
import { MIN_BOX_SIDE, resizeBox, type BoxHandle } from '$lib/domain/regions/resize-box';
import { cornersOf, isInside, normalizeDegrees, turnPoint } from '$lib/domain/regions/turned';
import { describe, expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';
import { seeded } from '../../fixtures/seeded';

const SIZE = { width: 200, height: 100 };
const turned = aBox({ x: 80, y: 40, width: 40, height: 20, rotation: 30 });

const opposite: Readonly<Record<BoxHandle, BoxHandle>> = {
  nw: 'se',
  n: 's',
  ne: 'sw',
  e: 'w',
  se: 'nw',
  s: 'n',
  sw: 'ne',
  w: 'e',
};

function expectValid(box: BoxRegion): void {
  expect(isInside(box, SIZE), JSON.stringify(box)).toBe(true);
  expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(MIN_BOX_SIDE - 1e-9);
  expect(box.rotation).toBeGreaterThanOrEqual(0);
  expect(box.rotation).toBeLessThan(360);
}

test.each([
  [0, 0],
  [360, 0],
  [-90, 270],
  [725, 5],
  [-1e-15, 0],
])('%d degrees are %d', (degrees, expected) => {
  expect(normalizeDegrees(degrees)).toBeCloseTo(expected, 9);
  expect(normalizeDegrees(degrees)).toBeLessThan(360);
});

test('the place of a box turned by a quarter is exact', () => {
  const quarter = aBox({ x: 80, y: 40, width: 40, height: 20, rotation: 90 });
  expect(REGION_OPERATIONS.box.bounds(quarter)).toEqual({ x: 90, y: 30, width: 20, height: 40 });
  expect(handlePoint(quarter, 'n')).toEqual([110, 50]);
});

test.each([
  ['inside its corner', 83, 34, true],
  ['in its bounds, beside it', 119, 39, false],
  ['in the middle', 100, 50, true],
])('a point %s is on it: %s', (_, x, y, isHit) => {
  const box = aBox({ x: 80, y: 40, width: 40, height: 20, rotation: 30 });
  const [cornerX, cornerY] = handlePoint(box, 'nw');
  const at = x === 83 ? imagePoint(cornerX + 0.5, cornerY + 1) : imagePoint(x, y);
  expect(REGION_OPERATIONS.box.contains(box, at, 0)).toBe(isHit);
});

describe('pulling a handle of a turned box', () => {
  test.each(BOX_HANDLES)('%s goes to the hand, and the opposite side stays where it is', (handle) => {
    const [x, y] = handlePoint(turned, handle);
    const next = resizeBox(turned, handle, imagePoint(x + 3, y - 2), SIZE);
    const [fixedX, fixedY] = handlePoint(turned, opposite[handle]);
    const [isX, isY] = handlePoint(next, opposite[handle]);
    // Of an edge, the line it lies on stays; of a corner, the point.
    const along = turnPoint(imagePoint(isX - fixedX, isY - fixedY), imagePoint(0, 0), -30);
    if (handle !== 'n' && handle !== 's') expect(along[0]).toBeCloseTo(0, 9);
    if (handle !== 'e' && handle !== 'w') expect(along[1]).toBeCloseTo(0, 9);
    if (handle.length === 2) {
      expect(handlePoint(next, handle)[0]).toBeCloseTo(x + 3, 9);
      expect(handlePoint(next, handle)[1]).toBeCloseTo(y - 2, 9);
    }
    expect(next.rotation).toBe(30);
  });

  test('over the opposite side turns it over', () => {
    const [x, y] = handlePoint(turned, 'w');
    const beyond = turnPoint(imagePoint(x - 10, y), imagePoint(x, y), 30);
    const next = resizeBox(turned, 'e', beyond, SIZE);
    expect(next.width).toBeCloseTo(10, 9);
    expect(handlePoint(next, 'e')[0]).toBeCloseTo(x, 9);
  });
});

describe('pulling with keys held', () => {
  const upright = aBox({ x: 50, y: 30, width: 40, height: 20 });
  test('the ratio stays, and so does the opposite corner', () => {
    const next = resizeBox(upright, 'se', imagePoint(130, 40), SIZE, { keepsRatio: true });
    expect(next).toMatchObject({ x: 50, y: 30, width: 80, height: 40 });
  });
  test('the ratio stays at an edge handle, and the middle of the other side with it', () => {
    const next = resizeBox(upright, 'e', imagePoint(110, 0), SIZE, { keepsRatio: true });
    expect(next).toMatchObject({ x: 50, y: 25, width: 60, height: 30 });
  });
  test('about the centre, until the first side reaches the edge of the picture', () => {
    const next = resizeBox(upright, 'se', imagePoint(100, 999), SIZE, { isAboutCentre: true });
    expect(next).toMatchObject({ x: 40, y: 0, width: 60, height: 80 });
  });
  test('both together', () => {
    const next = resizeBox(upright, 'nw', imagePoint(60, 40), SIZE, {
      keepsRatio: true,
      isAboutCentre: true,
    });
    expect(next).toMatchObject({ x: 60, y: 35, width: 20, height: 10 });
  });
  test('the ratio is kept at the edge of the picture too', () => {
    const next = resizeBox(upright, 'se', imagePoint(500, 500), SIZE, { keepsRatio: true });
    expect(next).toMatchObject({ x: 50, y: 30, width: 140, height: 70 });
  });
});

describe('turning', () => {
  test('keeps the centre where there is room', () => {
    const next = rotateBox(aBox({ x: 80, y: 40, width: 40, height: 20 }), 45, SIZE);
    expect(next).toMatchObject({ x: 80, y: 40, width: 40, height: 20, rotation: 45 });
  });
  test('moves the box in where it would stick out', () => {
    const next = rotateBox(aBox({ x: 0, y: 0, width: 60, height: 10 }), 90, SIZE);
    expect(REGION_OPERATIONS.box.bounds(next)).toEqual({ x: 25, y: 0, width: 10, height: 60 });
  });
  test('stops where no move can help', () => {
    const next = rotateBox(aBox({ x: 0, y: 40, width: 200, height: 10 }), 90, SIZE);
    expect(next.rotation).toBeLessThan(1);
    expectValid(next);
    const other = rotateBox(aBox({ x: 20, y: 40, width: 150, height: 10 }), 90, SIZE);
    expect(other.rotation).toBeGreaterThan(35);
    expect(REGION_OPERATIONS.box.bounds(other).height).toBeCloseTo(100, 1);
  });
  test('there and back is the same box to the last bit', () => {
    const box = aBox({ x: 80.1, y: 40.2, width: 40.3, height: 20.4 });
    expect(rotateBox(rotateBox(box, 90, SIZE), 360, SIZE)).toEqual(box);
  });
});

describe('a turned box that sticks out of the picture', () => {
  const out = aBox({ x: -20, y: 40, width: 60, height: 20, rotation: 45 });
  test('is clipped to a smaller one of the same angle', () => {
    const clipped = REGION_OPERATIONS.box.clip(out, SIZE)!;
    expect(clipped.rotation).toBe(45);
    expectValid(clipped);
    expect(clipped.width * clipped.height).toBeGreaterThan(300);
    for (const corner of cornersOf(clipped))
      expect(REGION_OPERATIONS.box.contains(out, corner, 1e-6)).toBe(true);
  });
  test('is moved in for a copy or a typed number', () => {
    const kept = REGION_OPERATIONS.box.clampToImage(out, SIZE);
    expect(kept).toMatchObject({ width: 60, height: 20, rotation: 45 });
    expectValid(kept);
  });
  test('is nothing where nothing of it can be seen', () => {
    expect(
      REGION_OPERATIONS.box.clip(aBox({ x: -60, y: 40, width: 40, height: 20, rotation: 20 }), SIZE),
    ).toBeNull();
  });
});

test.each([
  ['too large', { x: 0, y: 0, width: 900, height: 900 }, { x: 0, y: 0, width: 200, height: 100 }],
  ['without a side', { x: 10, y: 10, width: 0, height: 5 }, { x: 10, y: 10, width: 1, height: 5 }],
  ['outside', { x: 500, y: -50, width: 20, height: 5 }, { x: 180, y: 0, width: 20, height: 5 }],
])('a box %s becomes the nearest valid one', (_, given, expected) => {
  expect(REGION_OPERATIONS.box.clampToImage(aBox(given), SIZE)).toMatchObject(expected);
});

test('thousands of pulls, turns and moves leave every box valid and inside', () => {
  const random = seeded(3);
  for (let round = 0; round < 800; round += 1) {
    let box = rotateBox(
      aBox({
        x: random(150),
        y: random(60),
        width: 1 + random(40),
        height: 1 + random(35),
      }),
      random(1) < 0.3 ? Math.floor(random(4)) * 90 : random(720) - 360,
      SIZE,
    );
    expectValid(box);
    for (let step = 0; step < 4; step += 1) {
      const handle = BOX_HANDLES[Math.floor(random(8))]!;
      const how = { keepsRatio: random(1) < 0.3, isAboutCentre: random(1) < 0.3 };
      box = resizeBox(box, handle, imagePoint(random(300) - 50, random(200) - 50), SIZE, how);
      expectValid(box);
      box = REGION_OPERATIONS.box.translate(box, random(100) - 50, random(100) - 50, SIZE);
      box = REGION_OPERATIONS.box.grow(box, random(60) - 30, random(60) - 30, SIZE);
      expectValid(box);
      box = rotateBox(box, random(360), SIZE);
      expectValid(box);
    }
    const wild = aBox({
      x: random(400) - 100,
      y: random(300) - 100,
      width: random(300),
      height: random(300),
      rotation: random(360),
    });
    expectValid(REGION_OPERATIONS.box.clampToImage(wild, SIZE));
    const clipped = REGION_OPERATIONS.box.clip(wild, SIZE);
    if (clipped) expect(isInside(clipped, SIZE)).toBe(true);
  }
});
