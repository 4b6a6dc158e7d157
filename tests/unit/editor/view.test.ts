import { asId, imagePoint, screenPoint } from '$lib/domain/ids';
import {
  fit,
  imageToScreen,
  screenToImage,
  shownRect,
  rotateView,
  zoomAbout,
  type Turns,
} from '$lib/editor/viewport';
import { cursorFor } from '$lib/editor/screen/cursors';
import { describe, expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';
import { all, aSession, drag, play, SIZE } from './a-session';

const CANVAS = { width: 900, height: 700 };
const IMAGE = { width: 640, height: 480 };
const TURNS: readonly Turns[] = [0, 1, 2, 3];

describe.each(TURNS)('a view turned by %d quarters', (turns) => {
  const view = fit(IMAGE, CANVAS, turns);

  test('shows the whole picture, centred', () => {
    const { x, y, width, height } = shownRect(view, { x: 0, y: 0, ...IMAGE });
    expect(x).toBeCloseTo((CANVAS.width - width) / 2, 9);
    expect(y).toBeCloseTo((CANVAS.height - height) / 2, 9);
    expect(Math.min(x, y)).toBeCloseTo(16, 9);
    expect(width > height).toBe(turns % 2 === 0);
  });

  test('turns points into each other and back', () => {
    const point = imagePoint(123.456, 78.9);
    const back = screenToImage(view, imageToScreen(view, point));
    expect([back[0], back[1]]).toEqual([expect.closeTo(point[0], 9), expect.closeTo(point[1], 9)]);
  });

  test('keeps what lies under the pointer there while zooming', () => {
    const at = screenPoint(300, 200);
    const after = screenToImage(zoomAbout(view, at, 3, IMAGE, CANVAS), at);
    const under = screenToImage(view, at);
    expect([after[0], after[1]]).toEqual([expect.closeTo(under[0], 9), expect.closeTo(under[1], 9)]);
  });
});

test('the picture’s upper left corner goes round clockwise', () => {
  const corners = TURNS.map((turns) => {
    const [x, y] = imageToScreen(fit(IMAGE, CANVAS, turns), imagePoint(0, 0));
    return `${x < CANVAS.width / 2 ? 'left' : 'right'} ${y < CANVAS.height / 2 ? 'top' : 'bottom'}`;
  });
  expect(corners).toEqual(['left top', 'right top', 'right bottom', 'left bottom']);
});

test('four quarters are none, and what is in the middle stays there', () => {
  let view = zoomAbout(fit(IMAGE, CANVAS), screenPoint(450, 350), 4, IMAGE, CANVAS);
  const start = view;
  const middle = screenPoint(CANVAS.width / 2, CANVAS.height / 2);
  for (let quarter = 0; quarter < 4; quarter += 1) {
    view = rotateView(view, 1, IMAGE, CANVAS);
    const [x, y] = screenToImage(view, middle);
    const [wasX, wasY] = screenToImage(start, middle);
    expect([x, y]).toEqual([expect.closeTo(wasX, 9), expect.closeTo(wasY, 9)]);
  }
  expect(view).toEqual({
    scale: start.scale,
    turns: 0,
    left: expect.closeTo(start.left, 9) as number,
    top: expect.closeTo(start.top, 9) as number,
  });
  expect(rotateView(start, -1, IMAGE, CANVAS).turns).toBe(3);
});

describe('turning the view', () => {
  const box = aBox({ x: 60, y: 30, width: 60, height: 40 });

  test('changes no coordinate and writes nothing', () => {
    const { session, journal } = aSession([box]);
    for (let quarter = 0; quarter < 4; quarter += 1) session.camera.rotate(1);
    expect([all(session), journal.length, session.canUndo]).toEqual([[box], 0, false]);
  });

  test('leaves tools working in picture pixels', async () => {
    const { session } = aSession();
    session.camera.rotate(1);
    await play(session, drag(10, 10, 50, 40));
    expect(all(session)).toMatchObject([{ x: 10, y: 10, width: 40, height: 30 }]);
  });

  test('makes arrow keys go by what is seen', async () => {
    const { session } = aSession([box]);
    session.selection.select([box.id]);
    session.camera.rotate(1);
    session.edits.nudge(10, 0);
    await session.document.settled();
    expect(all(session)).toMatchObject([{ x: 60, y: 20 }]);
  });

  test.each([
    [0, 0, 'ns-resize'],
    [90, 0, 'ew-resize'],
    [0, 1, 'ew-resize'],
    [45, 0, 'nesw-resize'],
    [315, 0, 'nwse-resize'],
    [45, 1, 'nwse-resize'],
    [30, 0, 'nesw-resize'],
  ] as const)('a handle in direction %d degrees at %d quarters shows %s', (directionDeg, turns, cursor) => {
    expect(cursorFor('select', { on: 'handle', id: box.id, handle: 'n', directionDeg }, turns)).toBe(cursor);
  });
});

describe('zoom to what is selected', () => {
  test('shows it in the middle, with what lies around it', () => {
    const box = aBox({ x: 150, y: 70, width: 20, height: 10 });
    const { session } = aSession([box, aBox({ id: asId<'region'>('other') })]);
    session.selection.select([box.id]);
    session.zoomToSelection();
    const { x, width, y, height } = shownRect(session.camera.view, box);
    expect(x + width / 2).toBeCloseTo((SIZE.width + 32) / 2, 9);
    expect(y + height / 2).toBeCloseTo((SIZE.height + 32) / 2, 9);
    expect(width).toBeCloseTo((SIZE.width + 32) * 0.6, 9);
  });

  test('goes no nearer than 64 times, and without a selection shows all boxes', () => {
    const box = aBox({ x: 100, y: 50, width: 1, height: 1 });
    const { session } = aSession([box]);
    session.zoomToSelection();
    expect(session.camera.view.scale).toBe(64);
    const empty = aSession().session;
    const before = empty.camera.view;
    empty.zoomToSelection();
    expect(empty.camera.view).toBe(before);
  });
});
