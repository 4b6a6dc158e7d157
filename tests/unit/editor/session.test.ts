import { asId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import type { EditorSession } from '$lib/editor/session';
import { describe, expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';
import { aSession, play, send, sorted, type Steps } from './a-session';

const only = (session: EditorSession): Region => [...session.document.regions.values()][0]!;

describe('the box tool', () => {
  test.each<[string, Steps]>([
    [
      'to the lower right',
      [
        ['down', 10, 10],
        ['move', 30, 30],
        ['up', 50, 40],
      ],
    ],
    [
      'to the upper left',
      [
        ['down', 50, 40],
        ['move', 30, 30],
        ['up', 10, 10],
      ],
    ],
  ])('makes one change of a drag %s', async (_, steps) => {
    const { session, journal } = aSession();
    await play(session, steps);
    expect(journal).toHaveLength(1);
    expect(only(session)).toMatchObject({ x: 10, y: 10, width: 40, height: 30 });
    expect(session.selection.ids.has(only(session).id)).toBe(true);
  });

  test('makes nothing of a click', async () => {
    const { session, journal } = aSession();
    await play(session, [
      ['down', 10, 10],
      ['up', 11, 11],
    ]);
    expect(journal).toEqual([]);
  });

  test('draws inside another box, and stops at the edge of the picture', async () => {
    const { session } = aSession([aBox({ x: 0, y: 0, width: 200, height: 100 })]);
    await play(session, [
      ['down', 150, 50],
      ['move', 180, 70],
      ['up', 900, 900],
    ]);
    expect([...session.document.regions.values()][1]).toMatchObject({ x: 150, y: 50, width: 50, height: 50 });
  });

  test('Escape throws away exactly the gesture', async () => {
    const { session, journal } = aSession([aBox()]);
    session.selection.select([aBox().id]);
    send(session, [
      ['down', 100, 10],
      ['move', 150, 60],
    ]);
    expect(session.tools.preview).toHaveLength(1);
    session.escape();
    await play(session, [['up', 150, 60]]);
    expect(session.tools.preview).toEqual([]);
    expect(journal).toEqual([]);
    expect(session.selection.ids.size).toBe(1);
  });
});

describe('the select tool', () => {
  const start = aBox({ x: 50, y: 20, width: 60, height: 40 });

  test('moves a box by its inside, in one change', async () => {
    const { session, journal } = aSession([start]);
    session.tools.setTool('select');
    await play(session, [
      ['down', 80, 40],
      ['move', 85, 45],
      ['move', 90, 50],
      ['up', 100, 50],
    ]);
    expect(only(session)).toMatchObject({ x: 70, y: 30, width: 60, height: 40 });
    expect(journal).toHaveLength(1);
  });

  test('resizes by a handle, and the edge does not jump to the pointer', async () => {
    const { session } = aSession([start]);
    session.tools.setTool('select');
    session.selection.select([start.id]);
    await play(session, [
      ['down', 112, 61],
      ['move', 120, 70],
      ['up', 132, 71],
    ]);
    expect(only(session)).toMatchObject({ x: 50, y: 20, width: 80, height: 50 });
  });

  test('prefers the smallest box under the pointer, and nothing unselects', async () => {
    const inner = aBox({ id: asId<'region'>('inner'), x: 60, y: 30, width: 10, height: 10 });
    const { session } = aSession([start, inner]);
    session.tools.setTool('select');
    await play(session, [
      ['down', 65, 35],
      ['up', 65, 35],
    ]);
    expect([...session.selection.ids]).toEqual(['inner']);
    await play(session, [
      ['down', 190, 90],
      ['up', 190, 90],
    ]);
    expect(session.selection.ids.size).toBe(0);
  });
});

test('a read-only session changes nothing', async () => {
  const { session, journal } = aSession([aBox()]);
  session.document.setReadOnly(true);
  session.selection.selectAll();
  session.edits.deleteSelected();
  session.edits.addBox();
  session.tools.setTool('select');
  await play(session, [
    ['down', 20, 30],
    ['move', 60, 60],
    ['up', 80, 70],
  ]);
  expect([...session.document.regions.values()]).toEqual([aBox()]);
  expect(journal).toEqual([]);
});

test('undoing everything gives the start', async () => {
  const { session } = aSession([aBox()]);
  const start = sorted(session.document.regions);
  for (let step = 0; step < 50; step += 1) {
    session.edits.addBox();
    session.edits.nudge(step, 1);
    if (step % 3 === 0) session.edits.deleteSelected();
    await session.document.settled();
  }
  while (session.canUndo) {
    session.undo();
    await session.document.settled();
  }
  expect(sorted(session.document.regions)).toEqual(start);
});
