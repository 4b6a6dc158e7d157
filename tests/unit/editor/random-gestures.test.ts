import { apply, byId } from '$lib/domain/change';
import { asId, imagePoint, screenPoint, type RegionId } from '$lib/domain/ids';
import { operationsOf, type Region } from '$lib/domain/region';
import { PLAIN_OPTIONS } from '$lib/editor/options';
import { RegionGrid } from '$lib/editor/region-grid';
import type { EditorSession } from '$lib/editor/session';
import { expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';
import { seeded } from '../../fixtures/seeded';
import { aSession, send, SIZE, sorted } from './a-session';

type Random = (below: number) => number;

/** Everything a person can do but look: each takes its own random numbers. */
const ACTIONS: readonly ((session: EditorSession, random: Random) => void)[] = [
  (session, random) => session.tools.setTool(random(3) < 1 ? 'box' : 'select'),
  (session, random) => session.edits.nudge(random(20) - 10, random(20) - 10),
  (session, random) => session.edits.grow(random(20) - 10, random(20) - 10),
  (session, random) => session.edits.rotate(random(2) < 1 ? 15 : random(360)),
  (session, random) => session.edits.chooseLabel(asId<'label'>(`l${Math.floor(random(3))}`)),
  (session, random) => session.tools.arm(random(2) < 1 ? null : asId<'label'>('l0')),
  (session, random) => {
    if (random(4) < 1) session.edits.deleteSelected();
  },
  (session) => session.undo(),
  (session) => session.redo(),
  (session, random) => session.selection.selectNext(random(2) < 1 ? 1 : -1),
  (session, random) => {
    if (random(4) < 1) session.selection.selectAll();
  },
  (session, random) => session.camera.zoom(random(2) + 0.2, screenPoint(random(200), random(100))),
  (session) => session.camera.rotate(1),
  (session) => session.edits.duplicate(),
  (session) => session.edits.copy(),
  (session) => session.edits.paste(),
  (session, random) => {
    if (random(6) < 1) session.edits.cut();
  },
  (session, random) => {
    if (random(3) < 1) session.edits.toggleLocked();
  },
  (session, random) => {
    if (random(3) < 1) session.selection.toggleHidden();
  },
  (session, random) => {
    if (random(3) < 1) session.selection.toggleAllHidden();
  },
  (session) => session.edits.addBox(),
  (session, random) =>
    session.tools.setOptions({
      ...PLAIN_OPTIONS,
      snapsToPixel: random(2) < 1,
      keepsArmed: random(2) < 1,
    }),
  (session, random) => {
    const change = (region: Region) => ({
      ...region,
      x: random(300) - 50,
      width: random(100),
      rotation: random(720),
    });
    session.edits.change(session.selection.ids, change);
  },
  (session) => session.tools.setTemporaryTool('pan'),
  (session) => session.tools.setTemporaryTool(null),
];

/** Some presses are near a box or its handles, so that those are met more often than by chance. */
function somewhere(session: EditorSession, random: Random): readonly [x: number, y: number] {
  const regions = [...session.document.regions.values()];
  const region = regions[Math.floor(random(regions.length))];
  if (!region || random(3) < 1) return [random(260) - 30, random(160) - 30];
  const turn = session.picker.rotateHandle;
  if (turn && random(4) < 1) return [turn.at[0], turn.at[1]];
  const handles = operationsOf(region).handles(region);
  const [x, y] = handles[Math.floor(random(handles.length))]!.at;
  return [x + random(4) - 2, y + random(4) - 2];
}

function gesture(session: EditorSession, random: Random): void {
  const keys = {
    adds: random(8) < 1,
    isShift: random(6) < 1,
    isAlt: random(6) < 1,
    reach: [8, 12, 22][Math.floor(random(3))]!,
  };
  send(session, [['down', ...somewhere(session, random)]], keys);
  const moves = Math.floor(random(4));
  for (let move = 0; move < moves; move += 1)
    send(session, [['move', random(260) - 30, random(160) - 30]], keys);
  if (random(10) < 1) session.escape();
  if (random(10) < 1) session.tools.pointer({ type: 'interrupt' });
  if (random(20) < 1) session.edits.deleteSelected();
  send(
    session,
    [
      [
        'up',
        ...(random(3) < 1 ? somewhere(session, random) : ([random(260) - 30, random(160) - 30] as const)),
      ],
    ],
    keys,
  );
}

function expectValid(session: EditorSession): void {
  for (const region of session.document.regions.values())
    expect(operationsOf(region).clampToImage(region, SIZE), JSON.stringify(region)).toBe(region);
}

test.each([7, 2026, 99])(
  'thousands of gestures (seed %d): boxes stay valid and inside, all is undone and redone, the journal is the truth',
  async (seed) => {
    const random = seeded(seed);
    const start = [
      aBox(),
      aBox({ id: asId<'region'>('b'), x: 100, y: 50, width: 20, height: 20, rotation: 77 }),
    ];
    const { session, journal } = aSession(start);
    for (let turn = 0; turn < 1500; turn += 1) {
      ACTIONS[Math.floor(random(ACTIONS.length))]!(session, random);
      const before = { regions: session.document.regions, entries: journal.length };
      gesture(session, random);
      await session.document.settled();
      expectValid(session);
      if (journal.length === before.entries)
        expect(sorted(session.document.regions)).toEqual(sorted(before.regions));
      if (session.document.regions.size > 40) {
        session.selection.selectAll();
        session.edits.change(session.document.regions.keys(), () => null);
        await session.document.settled();
      }
    }
    const replayed = journal.reduce<ReadonlyMap<RegionId, Region>>(apply, byId(start));
    expect(sorted(replayed)).toEqual(sorted(session.document.regions));

    session.escape();
    const end = sorted(session.document.regions);
    let undone = 0;
    for (; session.canUndo; undone += 1) {
      session.undo();
      await session.document.settled();
      expectValid(session);
    }
    expect(undone).toBeGreaterThan(100);
    for (; session.canRedo;) {
      session.redo();
      await session.document.settled();
    }
    expect(sorted(session.document.regions)).toEqual(end);
  },
);

test('one gesture is one step: undoing as often as there were steps gives the start', async () => {
  const random = seeded(11);
  const start = [aBox(), aBox({ id: asId<'region'>('b'), x: 100, y: 50, width: 20, height: 20 })];
  const { session, journal } = aSession(start);
  for (let turn = 0; journal.length < 190; turn += 1) {
    session.tools.setTool(turn % 3 === 0 ? 'box' : 'select');
    const before = journal.length;
    gesture(session, random);
    await session.document.settled();
    session.escape();
    // A gesture, and at most the one key that was pressed in the middle of it.
    expect(journal.length - before).toBeLessThanOrEqual(2);
  }
  const steps = journal.length;
  for (let step = 0; step < steps; step += 1) {
    expect(session.canUndo).toBe(true);
    session.undo();
    await session.document.settled();
  }
  expect(session.canUndo).toBe(false);
  expect(sorted(session.document.regions)).toEqual(sorted(byId(start)));
});

test('the grid that followed every change finds what a new one finds', () => {
  const random = seeded(5);
  let regions = byId(
    Array.from({ length: 300 }, (_, at) =>
      aBox({
        id: asId<'region'>(`${at}`),
        x: random(170),
        y: random(70),
        width: 1 + random(30),
        height: 1 + random(30),
      }),
    ),
  );
  const followed = new RegionGrid(regions.values(), SIZE);
  for (let change = 0; change < 400; change += 1) {
    const ids = [...regions.keys()];
    const region = regions.get(ids[Math.floor(random(ids.length))]!)!;
    const moved = {
      ...region,
      x: random(150),
      width: random(10) < 1 ? 50 : 1 + random(20),
      rotation: random(90),
    };
    const made = { ...aBox({ id: asId<'region'>(`n${change}`) }), x: random(100) };
    const step = {
      before: byId([region]),
      after: byId(change % 3 === 0 ? [made] : change % 3 === 1 ? [moved, made] : [moved]),
    };
    regions = apply(regions, step);
    followed.update(step);
  }
  const fresh = new RegionGrid(regions.values(), SIZE);
  const ids = (found: readonly Region[]) => new Set(found.map(({ id }) => id));
  for (let look = 0; look < 300; look += 1) {
    const at = imagePoint(random(200), random(100));
    expect(ids(followed.at(at, 2))).toEqual(ids(fresh.at(at, 2)));
    const band = { x: random(100), y: random(50), width: random(100), height: random(50) };
    expect(ids(followed.within(band))).toEqual(ids(fresh.within(band)));
  }
});
