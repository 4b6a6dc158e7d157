import { asId, imagePoint, screenPoint } from '$lib/domain/ids';
import { COMMAND_KEYS, commandFor, isRepeating, type CommandId } from '$lib/editor/commands';
import { RegionGrid } from '$lib/editor/region-grid';
import { fit, imageToScreen, panBy, screenToImage, zoomAbout } from '$lib/editor/viewport';
import { expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';

const IMAGE = { width: 640, height: 480 };
const CANVAS = { width: 900, height: 700 };

test('image and screen points turn into each other and back at every zoom', () => {
  let view = fit(IMAGE, CANVAS);
  for (let step = 0; step < 30; step += 1) {
    const point = imagePoint(123.456, 78.9);
    const back = screenToImage(view, imageToScreen(view, point));
    expect(back[0]).toBeCloseTo(point[0], 9);
    expect(back[1]).toBeCloseTo(point[1], 9);
    view = zoomAbout(view, screenPoint(300, 200), 1.3, IMAGE, CANVAS);
  }
  expect(view.scale).toBe(64);
});

test('what lies under the pointer stays there while zooming', () => {
  const view = fit(IMAGE, CANVAS);
  const under = screenToImage(view, screenPoint(300, 200));
  const after = screenToImage(
    zoomAbout(view, screenPoint(300, 200), 2, IMAGE, CANVAS),
    screenPoint(300, 200),
  );
  expect(after[0]).toBeCloseTo(under[0], 9);
  expect(after[1]).toBeCloseTo(under[1], 9);
});

test('the picture cannot be pushed out of sight', () => {
  const view = panBy(fit(IMAGE, CANVAS), 1e6, -1e6, IMAGE, CANVAS);
  expect(view.left).toBeLessThan(CANVAS.width);
  expect(view.top + IMAGE.height * view.scale).toBeGreaterThan(0);
});

test('the grid finds among 10,000 boxes what a look at each of them finds', () => {
  const boxes = Array.from({ length: 10_000 }, (_, at) =>
    aBox({
      id: asId<'region'>(`${at}`),
      x: (at * 37) % 600,
      y: (at * 91) % 440,
      width: 4 + (at % 36),
      height: 4 + (at % 29),
    }),
  );
  const grid = new RegionGrid(boxes, IMAGE);
  for (let look = 0; look < 200; look += 1) {
    const [x, y] = [(look * 53) % 640, (look * 29) % 480];
    const near = boxes.filter(
      (box) => x >= box.x - 2 && x <= box.x + box.width + 2 && y >= box.y - 2 && y <= box.y + box.height + 2,
    );
    const found = grid.at(imagePoint(x, y), 2);
    expect(new Set(found.map((box) => box.id))).toEqual(new Set(near.map((box) => box.id)));
    const areas = found.map((box) => box.width * box.height);
    expect(areas).toEqual([...areas].sort((a, b) => a - b));
  }
});

test('no key means two things', () => {
  const keys = Object.values(COMMAND_KEYS).flat();
  expect(new Set(keys).size).toBe(keys.length);
});

const press = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
test.each([
  ['submit', { ...press, key: 'Enter', ctrlKey: true }],
  ['submit', { ...press, key: 'Enter', metaKey: true }],
  ['redo', { ...press, key: 'Z', ctrlKey: true, shiftKey: true }],
  ['undo', { ...press, key: 'z', ctrlKey: true }],
  ['next-task', { ...press, key: 'd' }],
  ['far-left', { ...press, key: 'ArrowLeft', shiftKey: true }],
  ['duplicate', { ...press, key: 'd', ctrlKey: true }],
  [null, { ...press, key: 'j', ctrlKey: true }],
])('%s is what this key press means', (command, event) => {
  expect(commandFor(event)).toBe(command);
});

test.each<[CommandId, boolean]>([
  ['submit', false],
  ['submit-empty', false],
  ['skip', false],
  ['take-back', false],
  ['reset', false],
  ['delete', false],
  ['paste', false],
  ['accept-suggestion', false],
  ['reject-suggestion', false],
  ['accept-all', false],
  ['next-task', true],
  ['undo', true],
  ['left', true],
  ['zoom-in', true],
])('a key that is held gives %s again: %s', (command, isAgain) => {
  expect(isRepeating(command)).toBe(isAgain);
});
