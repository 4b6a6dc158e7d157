import { apply, byId, type RegionChange, changeOfRegions, NO_CHOICES } from '$lib/domain/change';
import { EMPTY_HISTORY, record } from '$lib/domain/history';
import { asId, type RegionId } from '$lib/domain/ids';
import { operationsOf, type Region } from '$lib/domain/region';
import type { EditorSession } from '$lib/editor/session';
import { describe, expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';
import { seeded } from '../../fixtures/seeded';
import { all, aSession, aSlowDisk, drag, play, send, SIZE, sorted } from './a-session';

/** See [Note: Received changes]. */

const FOLD = asId<'label'>('fold');
const OTHERS = { from: 'others' } as const;
const id = (name: string) => asId<'region'>(name);
const A = aBox({ id: id('a'), x: 20, y: 20, width: 40, height: 30 });
const B = aBox({ id: id('b'), x: 120, y: 50, width: 30, height: 30 });

const change = (before: readonly Region[], after: readonly Region[]): RegionChange => ({
  before: byId(before),
  after: byId(after),
});
const regionOf = (session: EditorSession, name: string) => session.document.regions.get(id(name));

/** A session with the select tool and A selected. */
function selecting(regions: readonly Region[] = [A, B]) {
  const world = aSession(regions);
  world.session.tools.setTool('select');
  world.session.selection.select([A.id]);
  return world;
}

/** A gesture on A, with something from elsewhere after its second input. */
async function during(session: EditorSession, steps: ReturnType<typeof drag>, receive: () => void) {
  send(session, steps.slice(0, 2));
  expect(session.tools.isInGesture).toBe(true);
  receive();
  await play(session, steps.slice(2));
}

const MOVE = drag(40, 35, 60, 45);
const RESIZE = drag(60, 50, 80, 60);

describe('while a box is drawn', () => {
  test('regions are made, changed and deleted elsewhere, and the box is drawn to its end', async () => {
    const { session, journal } = aSession([A, B]);
    const made = aBox({ id: id('theirs'), x: 5, y: 5 });
    await during(session, drag(70, 10, 110, 40), () =>
      session.document.receive(changeOfRegions(change([A, B], [{ ...A, labelId: FOLD }, made])), OTHERS),
    );
    expect(all(session)).toMatchObject([
      { id: 'a', labelId: FOLD, x: 20 },
      { id: 'theirs', x: 5 },
      { id: 'new-1', x: 70, y: 10, width: 40, height: 30 },
    ]);
    expect([...session.selection.ids]).toEqual(['new-1']);
    expect(journal).toHaveLength(1);
    session.undo();
    await session.document.settled();
    expect(all(session).map((region) => region.id)).toEqual(['a', 'theirs']);
  });

  test('a box of two clicks keeps its first corner', async () => {
    const { session } = aSession([A]);
    send(session, [
      ['down', 100, 10],
      ['up', 100, 10],
    ]);
    expect(session.tools.isPlacing).toBe(true);
    session.document.receive(changeOfRegions(change([A], [])), OTHERS);
    await play(session, [
      ['move', 120, 30],
      ['down', 140, 40],
      ['up', 140, 40],
    ]);
    expect(all(session)).toMatchObject([{ x: 100, y: 10, width: 40, height: 30 }]);
  });
});

describe.each([
  ['moved', MOVE, { x: 40, y: 30, width: 40, height: 30 }],
  ['resized', RESIZE, { x: 20, y: 20, width: 60, height: 40 }],
] as const)('while a region is %s', (_, steps, made) => {
  test('its label and note are changed elsewhere: both are there, and undo takes back the gesture alone', async () => {
    const { session } = selecting();
    await during(session, steps, () =>
      session.document.receive(
        changeOfRegions(change([A], [{ ...A, labelId: FOLD, note: 'theirs' }])),
        OTHERS,
      ),
    );
    expect(regionOf(session, 'a')).toEqual({ ...A, ...made, labelId: FOLD, note: 'theirs' });
    session.undo();
    await session.document.settled();
    expect(regionOf(session, 'a')).toEqual({ ...A, labelId: FOLD, note: 'theirs' });
    session.redo();
    await session.document.settled();
    expect(regionOf(session, 'a')).toEqual({ ...A, ...made, labelId: FOLD, note: 'theirs' });
  });

  test('another region is changed, and one is deleted: neither is touched by the gesture or its undo', async () => {
    const c = aBox({ id: id('c'), x: 150, y: 5, width: 10, height: 10 });
    const { session } = selecting([A, B, c]);
    await during(session, steps, () =>
      session.document.receive(changeOfRegions(change([B, c], [{ ...B, x: 100 }])), OTHERS),
    );
    expect(sorted(session.document.regions)).toEqual([
      { ...A, ...made },
      { ...B, x: 100 },
    ]);
    session.undo();
    await session.document.settled();
    expect(sorted(session.document.regions)).toEqual([A, { ...B, x: 100 }]);
  });

  test('it is deleted elsewhere: what a person works on is there again, and undo deletes it', async () => {
    const { session, journal } = selecting();
    await during(session, steps, () => session.document.receive(changeOfRegions(change([A], [])), OTHERS));
    expect(regionOf(session, 'a')).toEqual({ ...A, ...made });
    expect([...session.selection.ids]).toEqual(['a']);
    expect(journal).toEqual([change([], [{ ...A, ...made }])]);
    session.undo();
    await session.document.settled();
    expect(all(session)).toEqual([B]);
    session.redo();
    await session.document.settled();
    expect(regionOf(session, 'a')).toEqual({ ...A, ...made });
  });

  test('it is deleted elsewhere and the gesture is thrown away: it stays deleted', async () => {
    const { session, journal } = selecting();
    send(session, steps.slice(0, 2));
    session.document.receive(changeOfRegions(change([A], [])), OTHERS);
    session.escape();
    await play(session, steps.slice(2));
    expect([all(session), session.tools.preview, journal]).toEqual([[B], [], []]);
  });
});

test('a region that is moved elsewhere while it is moved here goes both ways', async () => {
  const { session } = selecting();
  await during(session, MOVE, () =>
    session.document.receive(changeOfRegions(change([A], [{ ...A, x: 30, y: 22 }])), OTHERS),
  );
  expect(regionOf(session, 'a')).toMatchObject({ x: 50, y: 32, width: 40, height: 30 });
});

test('a region that is resized elsewhere while it is moved here stays in the picture', async () => {
  const { session } = selecting();
  await during(session, drag(40, 35, 170, 80), () =>
    session.document.receive(changeOfRegions(change([A], [{ ...A, width: 90 }])), OTHERS),
  );
  expect(regionOf(session, 'a')).toMatchObject({ x: 110, y: 65, width: 90, height: 30 });
  session.undo();
  await session.document.settled();
  expect(regionOf(session, 'a')).toEqual({ ...A, width: 90 });
});

test('several are moved while one of them is deleted elsewhere: one step moves all', async () => {
  const { session, journal } = selecting();
  session.selection.selectAll();
  await during(session, MOVE, () => session.document.receive(changeOfRegions(change([B], [])), OTHERS));
  expect(sorted(session.document.regions)).toMatchObject([
    { id: 'a', x: 40, y: 30 },
    { id: 'b', x: 140, y: 60 },
  ]);
  expect(journal).toHaveLength(1);
  expect([...session.selection.ids].sort()).toEqual(['a', 'b']);
});

describe('while a gesture is being written', () => {
  function writing() {
    const disk = aSlowDisk();
    const world = aSession([A, B], disk.write);
    world.session.tools.setTool('select');
    world.session.selection.select([A.id]);
    send(world.session, MOVE);
    return { ...world, disk };
  }

  test('a change of the same region from elsewhere is there at once, beside it', async () => {
    const { session, disk } = writing();
    session.document.receive(changeOfRegions(change([A], [{ ...A, note: 'theirs' }])), OTHERS);
    expect(regionOf(session, 'a')).toMatchObject({ x: 40, note: 'theirs' });
    await disk.settle();
    expect(regionOf(session, 'a')).toMatchObject({ x: 40, note: 'theirs' });
  });

  test('the write fails: the gesture alone is taken back', async () => {
    const { session, disk } = writing();
    session.document.receive(changeOfRegions(change([A, B], [{ ...A, note: 'theirs' }])), OTHERS);
    await disk.settle(new Error('full'));
    expect(all(session)).toEqual([{ ...A, note: 'theirs' }]);
    expect([session.canUndo, session.document.failure]).toEqual([false, new Error('full')]);
  });

  test('steps that wait are played on the regions as they are then', async () => {
    const { session, disk } = writing();
    session.edits.nudge(5, 0);
    session.document.receive(changeOfRegions(change([A], [{ ...A, labelId: FOLD }])), OTHERS);
    await disk.settle();
    await disk.settle();
    expect(regionOf(session, 'a')).toMatchObject({ x: 45, labelId: FOLD });
  });
});

describe('undo', () => {
  test('never brings back what was deleted elsewhere', async () => {
    const { session } = selecting();
    await play(session, MOVE);
    session.document.receive(changeOfRegions(change([{ ...A, x: 40, y: 30 }], [])), OTHERS);
    session.undo();
    await session.document.settled();
    expect(all(session)).toEqual([B]);
    session.redo();
    await session.document.settled();
    expect(all(session)).toEqual([B]);
  });

  test('brings back what was deleted here, and redo deletes it as it is by then', async () => {
    const { session } = selecting();
    session.edits.deleteSelected();
    session.undo();
    await session.document.settled();
    session.document.receive(changeOfRegions(change([A], [{ ...A, note: 'theirs' }])), OTHERS);
    session.redo();
    await session.document.settled();
    expect(all(session)).toEqual([B]);
    session.undo();
    await session.document.settled();
    expect(regionOf(session, 'a')).toEqual({ ...A, note: 'theirs' });
  });

  test('knows the steps of the journal that another tab wrote to, and a step that is under way comes after them', async () => {
    const { session } = selecting();
    const theirs = change([B], [{ ...B, x: 100 }]);
    send(session, MOVE.slice(0, 2));
    session.document.receiveAll(
      { regions: apply(session.document.regions, theirs), choices: NO_CHOICES },
      {
        from: 'journal',
        history: record(EMPTY_HISTORY, changeOfRegions(theirs)),
      },
    );
    await play(session, MOVE.slice(2));
    expect(sorted(session.document.regions)).toMatchObject([{ x: 40 }, { x: 100 }]);
    session.undo();
    await session.document.settled();
    expect(sorted(session.document.regions)).toEqual([A, { ...B, x: 100 }]);
    session.undo();
    await session.document.settled();
    expect([sorted(session.document.regions), session.canUndo]).toEqual([[A, B], false]);
  });
});

test.each([3, 41, 77])(
  'thousands of gestures and changes from elsewhere (seed %d): what others wrote stays, and so does the journal',
  async (seed) => {
    const random = seeded(seed);
    let last = 0;
    let written: ReadonlyMap<RegionId, Region> = byId([A, B]);
    const notes = new Map<RegionId, string>();
    const { session } = aSession([A, B], (made) => {
      written = apply(written, made);
      return Promise.resolve();
    });
    const receive = (made: RegionChange): void => {
      session.document.receive(changeOfRegions(made), OTHERS);
      for (const key of made.before.keys()) if (!made.after.has(key)) notes.delete(key);
      for (const region of made.after.values()) notes.set(region.id, region.note);
      // What is on disk, or on its way there, takes the same change.
      written = session.document.regions;
    };
    const fromElsewhere = (): void => {
      const known = all(session);
      const one = known[Math.floor(random(known.length))];
      const note = `note ${(last += 1)}`;
      const kind = random(10);
      if (!one || kind < 2) receive(change([], [aBox({ id: id(`their-${last}`), note, x: random(150) })]));
      else if (kind < 3) receive(change([one], []));
      else if (kind < 6) receive(change([one], [{ ...one, note, labelId: FOLD }]));
      else {
        const moved = { ...one, note, x: random(SIZE.width - one.width) };
        receive(change([one], [operationsOf(one).clampToImage(moved, SIZE)]));
      }
    };
    const somewhere = () => [random(220) - 10, random(120) - 10] as const;
    for (let turn = 0; turn < 800; turn += 1) {
      session.tools.setTool(random(3) < 1 ? 'box' : 'select');
      if (random(3) < 1) session.selection.selectNext();
      send(session, [['down', ...somewhere()]]);
      if (random(2) < 1) fromElsewhere();
      send(session, [['move', ...somewhere()]]);
      if (random(2) < 1) fromElsewhere();
      if (random(8) < 1) session.escape();
      send(session, [['up', ...somewhere()]]);
      if (random(2) < 1) fromElsewhere();
      await session.document.settled();
      if (random(4) < 1) session.undo();
      if (random(6) < 1) session.redo();
      await session.document.settled();
      if (session.document.regions.size > 30) receive(change(all(session).slice(10), []));
      expect(sorted(session.document.regions)).toEqual(sorted(written));
      for (const region of all(session)) {
        expect(operationsOf(region).clampToImage(region, SIZE)).toBe(region);
        if (notes.has(region.id)) expect(region.note).toBe(notes.get(region.id));
      }
    }
    while (session.canUndo) {
      session.undo();
      await session.document.settled();
    }
    while (session.canRedo) {
      session.redo();
      await session.document.settled();
    }
    for (const region of all(session))
      if (notes.has(region.id)) expect(region.note).toBe(notes.get(region.id));
    expect(sorted(session.document.regions)).toEqual(sorted(written));
  },
);
