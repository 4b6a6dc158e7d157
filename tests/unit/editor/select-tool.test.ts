import { asId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import { BOX_HANDLES, handlePoint, type BoxRegion } from '$lib/domain/regions/box';
import type { BoxHandle } from '$lib/domain/regions/resize-box';
import { PLAIN_OPTIONS } from '$lib/editor/options';
import { describe, expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';
import { all, aSession, click, drag, play, send, type Steps } from './a-session';

const id = (name: string) => asId<'region'>(name);
const box = aBox({ id: id('box'), x: 60, y: 30, width: 60, height: 40 });
const OUTER = aBox({ id: id('outer'), x: 10, y: 5, width: 180, height: 90 });
const MIDDLE = aBox({ id: id('middle'), x: 40, y: 20, width: 100, height: 60 });
const INNER = aBox({ id: id('inner'), x: 70, y: 35, width: 20, height: 20 });

function selecting(regions: readonly Region[], selected: readonly Region[] = []) {
  const world = aSession(regions);
  world.session.tools.setTool('select');
  world.session.selection.select(selected.map((region) => region.id));
  return world;
}
const first = (regions: readonly Region[]): BoxRegion => regions[0]!;

describe('pulling a handle', () => {
  test.each(BOX_HANDLES)('%s changes the edges it holds and no other, at 32 times', async (handle) => {
    const start = aBox({ id: id('box'), x: 60.25, y: 30.125, width: 60.5, height: 40.75 });
    const { session } = selecting([start], [start]);
    session.camera.zoom(32);
    const [x, y] = handlePoint(start, handle);
    await play(session, drag(x + 0.1, y - 0.1, x + 3.35, y + 2.15));
    const after = first(all(session));
    const edges = ({ x, y, width, height }: BoxRegion) => ({ w: x, n: y, e: x + width, s: y + height });
    const [was, is] = [edges(start), edges(after)];
    for (const edge of ['w', 'n', 'e', 's'] as const) {
      const by = edge === 'w' || edge === 'e' ? 3.25 : 2.25;
      if (handle.includes(edge)) expect(is[edge] - was[edge]).toBeCloseTo(by, 9);
      else expect(is[edge]).toBe(was[edge]);
    }
  });

  test('with Shift keeps the ratio, with Alt pulls both sides', async () => {
    const shift = selecting([box], [box]);
    await play(shift.session, drag(120, 70, 150, 75), { isShift: true });
    expect(all(shift.session)).toMatchObject([{ x: 60, y: 30, width: 90, height: 60 }]);
    const alt = selecting([box], [box]);
    await play(alt.session, drag(120, 50, 130, 50), { isAlt: true });
    expect(all(alt.session)).toMatchObject([{ x: 50, y: 30, width: 80, height: 40 }]);
  });

  test('falls on whole pixels where that is wished', async () => {
    const { session } = selecting([box], [box]);
    session.tools.setOptions({ ...PLAIN_OPTIONS, snapsToPixel: true });
    await play(session, drag(120, 70, 131.4, 77.8));
    expect(all(session)).toMatchObject([{ width: 71, height: 48 }]);
  });

  test('is thrown away by Escape, and what was selected stays so', async () => {
    const { session, journal } = selecting([box], [box]);
    send(session, drag(120, 70, 150, 80).slice(0, 2));
    expect(session.tools.preview).toHaveLength(1);
    session.escape();
    await play(session, [['up', 150, 80]]);
    expect([all(session), journal.length, [...session.selection.ids]]).toEqual([[box], 0, ['box']]);
  });

  test('a finger takes it from 22 pixels away, a mouse does not', async () => {
    const steps: Steps = drag(138, 88, 150, 95);
    const mouse = selecting([box], [box]);
    await play(mouse.session, steps);
    expect(all(mouse.session)).toEqual([box]);
    const finger = selecting([box], [box]);
    await play(finger.session, steps, { reach: 22 });
    expect(all(finger.session)).toMatchObject([{ width: 72, height: 47 }]);
  });

  test('works on a box that is turned', async () => {
    const turned = { ...box, rotation: 30 };
    const { session } = selecting([turned], [turned]);
    const [x, y] = handlePoint(turned, 'se');
    await play(session, drag(x, y, x + 4, y + 6));
    const [toX, toY] = handlePoint(first(all(session)), 'se');
    expect([toX, toY]).toEqual([expect.closeTo(x + 4, 9), expect.closeTo(y + 6, 9)]);
    const [fixedX, fixedY] = handlePoint(turned, 'nw');
    const [isX, isY] = handlePoint(first(all(session)), 'nw');
    expect([isX, isY]).toEqual([expect.closeTo(fixedX, 9), expect.closeTo(fixedY, 9)]);
  });
});

describe('the handle that turns', () => {
  /** It stands 30 CSS pixels over the middle of the upper side. */
  const AT = [90, 0] as const;

  test('turns about the centre, in one change', async () => {
    const { session, journal } = selecting([box], [box]);
    expect(session.picker.rotateHandle?.at).toEqual(AT);
    await play(session, [
      ['down', ...AT],
      ['move', 120, 10],
      ['up', 140, 50],
    ]);
    expect(all(session)).toMatchObject([{ x: 60, y: 30, width: 60, height: 40 }]);
    expect(first(all(session)).rotation).toBeCloseTo(90, 9);
    expect(journal).toHaveLength(1);
    expect(session.picker.rotateHandle?.at[0]).toBeCloseTo(140, 9);
  });

  test('turns in steps of 15 degrees with Shift', async () => {
    const { session } = selecting([box], [box]);
    await play(
      session,
      [
        ['down', ...AT],
        ['up', 115, 10],
      ],
      { isShift: true },
    );
    expect(first(all(session)).rotation).toBe(30);
  });

  test('stands below where the canvas ends above', () => {
    const high = aBox({ id: id('box'), x: 60, y: 0, width: 60, height: 40 });
    const { session } = selecting([high], [high]);
    expect(session.picker.rotateHandle?.at).toEqual([90, 70]);
  });

  test('is not there for several, and not for a locked one', () => {
    expect(selecting([box, INNER], [box, INNER]).session.picker.rotateHandle).toBeNull();
    const locked = { ...box, isLocked: true };
    expect(selecting([locked], [locked]).session.picker.rotateHandle).toBeNull();
  });

  test('moves the box in where it would stick out', async () => {
    const low = aBox({ id: id('box'), x: 60, y: 80, width: 60, height: 20 });
    const { session } = selecting([low], [low]);
    await play(
      session,
      [
        ['down', 90, 50],
        ['up', 150, 90],
      ],
      { isShift: true },
    );
    expect(first(all(session))).toMatchObject({ x: 60, y: 60, width: 60, height: 20, rotation: 90 });
  });
});

describe('a stack of boxes', () => {
  test('a click takes the smallest, Alt+click walks through the others and round again', async () => {
    const { session } = selecting([INNER, OUTER, MIDDLE]);
    const seen: string[] = [];
    await play(session, click(80, 45));
    seen.push(...session.selection.ids);
    for (let step = 0; step < 3; step += 1) {
      await play(session, click(80, 45), { isAlt: true });
      seen.push(...session.selection.ids);
    }
    expect(seen).toEqual(['inner', 'middle', 'outer', 'inner']);
  });

  test('the one that was walked to is the one that is moved', async () => {
    const { session } = selecting([INNER, OUTER, MIDDLE], [INNER]);
    await play(session, click(80, 45), { isAlt: true });
    await play(session, drag(80, 45, 85, 47));
    expect(all(session)).toMatchObject([INNER, OUTER, { id: 'middle', x: 45, y: 22 }]);
    await play(session, click(195, 99));
    await play(session, click(80, 45));
    expect([...session.selection.ids]).toEqual(['inner']);
  });

  test('on empty ground Alt+click takes nothing', async () => {
    const { session } = selecting([INNER], [INNER]);
    await play(session, click(150, 90), { isAlt: true });
    expect([...session.selection.ids]).toEqual(['inner']);
  });
});

describe('several at once', () => {
  const [a, b, c] = [10, 60, 110].map((x, at) =>
    aBox({ id: id('abc'[at]!), x, y: 10, width: 30, height: 20 }),
  ) as [BoxRegion, BoxRegion, BoxRegion];

  test('Ctrl+click adds and takes away', async () => {
    const { session } = selecting([a, b, c]);
    await play(session, click(15, 15));
    await play(session, click(65, 15), { adds: true });
    await play(session, click(115, 15), { adds: true });
    await play(session, click(65, 15), { adds: true });
    expect([...session.selection.ids]).toEqual(['a', 'c']);
  });

  test('a band takes what it holds wholly, and says so while it is drawn', async () => {
    const { session } = selecting([a, b, c]);
    send(session, [
      ['down', 2, 2],
      ['move', 100, 50],
    ]);
    expect(session.tools.sketch).toEqual({ kind: 'band', rect: { x: 2, y: 2, width: 98, height: 48 } });
    expect([...session.selection.ids]).toEqual(['a', 'b']);
    await play(session, [['up', 120, 50]]);
    expect([[...session.selection.ids], session.tools.sketch]).toEqual([['a', 'b'], null]);
  });

  test('a band with Ctrl or Shift adds; with Shift it may begin on a box', async () => {
    const { session } = selecting([a, b, c], [a]);
    await play(session, drag(100, 5, 145, 40), { adds: true });
    expect([...session.selection.ids]).toEqual(['a', 'c']);
    await play(session, drag(55, 5, 95, 40), { isShift: true });
    expect(session.selection.ids.size).toBe(3);
    const other = selecting([OUTER, INNER]);
    await play(other.session, drag(65, 30, 95, 60), { isShift: true });
    expect([...other.session.selection.ids]).toEqual(['inner']);
  });

  test('Escape in the middle of a band gives back what was selected', async () => {
    const { session } = selecting([a, b, c], [c]);
    send(session, [
      ['down', 2, 2],
      ['move', 100, 50],
    ]);
    session.escape();
    await play(session, [['up', 100, 50]]);
    expect([[...session.selection.ids], session.tools.sketch]).toEqual([['c'], null]);
  });

  test('move together, and the first at the edge stops all', async () => {
    const { session, journal } = selecting([a, b, c], [a, b]);
    await play(session, drag(75, 20, 35, 30));
    expect(all(session).map(({ x, y }) => [x, y])).toEqual([
      [0, 20],
      [50, 20],
      [110, 10],
    ]);
    expect(journal).toHaveLength(1);
  });

  test('a press without a drag chooses one of them', async () => {
    const { session } = selecting([a, b, c], [a, b]);
    await play(session, click(75, 20));
    expect([...session.selection.ids]).toEqual(['b']);
  });

  test('land on whole pixels as one body where that is wished', async () => {
    const [half, quarter] = [
      { ...a, x: 10.5 },
      { ...b, x: 60.25 },
    ];
    const { session } = selecting([half, quarter], [half, quarter]);
    session.tools.setOptions({ ...PLAIN_OPTIONS, snapsToPixel: true });
    await play(session, drag(75, 20, 80.2, 20));
    expect(all(session).map(({ x }) => x)).toEqual([16, 65.75]);
  });
});

describe('a locked box', () => {
  const locked = { ...box, isLocked: true };

  test('can be selected, and neither moved, pulled, relabelled nor deleted', async () => {
    const { session, journal } = selecting([locked]);
    await play(session, drag(90, 50, 100, 60));
    await play(session, drag(120, 70, 140, 80));
    session.selection.select(['box' as Region['id']]);
    session.edits.nudge(5, 5);
    session.edits.grow(5, 5);
    session.edits.rotate(15);
    session.edits.chooseLabel(asId<'label'>('fold'));
    session.edits.deleteSelected();
    await session.document.settled();
    expect([all(session), journal.length]).toEqual([[locked], 0]);
  });

  test('stays where it is when others move', async () => {
    const { session } = selecting([locked, INNER], [locked, INNER]);
    await play(session, drag(72, 37, 82, 37));
    expect(all(session)).toMatchObject([
      { id: 'box', x: 60 },
      { id: 'inner', x: 80 },
    ]);
  });

  test('is unlocked by the same command, for all that are selected', async () => {
    const { session } = selecting([locked, INNER], [locked, INNER]);
    session.edits.toggleLocked();
    await session.document.settled();
    expect(all(session).map(({ isLocked }) => isLocked)).toEqual([true, true]);
    session.edits.toggleLocked();
    await session.document.settled();
    expect(all(session).map(({ isLocked }) => isLocked)).toEqual([false, false]);
  });
});

test.each<BoxHandle>(['nw', 'e', 's'])(
  'a small box can still be moved by its middle, not only pulled by %s',
  async (handle) => {
    const small = aBox({ id: id('box'), x: 100, y: 50, width: 12, height: 12 });
    const { session } = selecting([small], [small]);
    await play(session, drag(106, 56, 116, 66), { reach: 22 });
    expect(all(session)).toMatchObject([{ x: 110, y: 60, width: 12, height: 12 }]);
    const [x, y] = handlePoint(first(all(session)), handle);
    const out = (name: string, low: string, high: string) =>
      name.includes(low) ? -3 : name.includes(high) ? 3 : 0;
    const [dx, dy] = [out(handle, 'w', 'e'), out(handle, 'n', 's')];
    await play(session, drag(x + dx, y + dy, x + 3 * dx, y + 3 * dy));
    expect(first(all(session)).width * first(all(session)).height).toBeGreaterThan(150);
  },
);
