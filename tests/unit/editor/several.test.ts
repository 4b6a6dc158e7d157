import { asId } from '$lib/domain/ids';
import { operationsOf } from '$lib/domain/region';
import { Clipboard } from '$lib/editor/clipboard';
import { EditorSession } from '$lib/editor/session';
import { describe, expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';
import { all, aSession, click, play, SIZE } from './a-session';

const [A, B] = [
  aBox({ id: asId<'region'>('a'), x: 10, y: 10, width: 30, height: 20 }),
  aBox({ id: asId<'region'>('b'), x: 60, y: 10, width: 30, height: 20, rotation: 30 }),
];
const places = (session: EditorSession) => all(session).map(({ x, y }) => [x, y]);

describe('a copy', () => {
  test('stands beside the original, is selected, and is one step', async () => {
    const { session, journal } = aSession([A, B]);
    session.selection.selectAll();
    session.edits.duplicate();
    await session.document.settled();
    expect(places(session)).toEqual([
      [10, 10],
      [60, 10],
      [26, 26],
      [76, 26],
    ]);
    expect([[...session.selection.ids], journal.length]).toEqual([['new-1', 'new-2'], 1]);
    session.undo();
    await session.document.settled();
    expect(all(session)).toEqual([A, B]);
  });

  test('of a copy stands beside that too, and a full row still leaves none on top of another', async () => {
    const { session } = aSession([A]);
    session.selection.select([A.id]);
    session.edits.copy();
    for (let turn = 0; turn < 12; turn += 1) session.edits.paste();
    await session.document.settled();
    expect(new Set(places(session).map(String)).size).toBe(13);
    for (const region of session.document.regions.values())
      expect(operationsOf(region).clampToImage(region, SIZE)).toBe(region);
  });

  test('is 16 screen pixels away at every zoom', async () => {
    const { session } = aSession([A]);
    session.selection.select([A.id]);
    session.camera.zoom(8);
    session.edits.duplicate();
    await session.document.settled();
    expect(places(session)[1]).toEqual([12, 12]);
  });

  test('is a person’s own: no score, not locked', async () => {
    const given = { ...A, origin: 'prediction', score: 0.9, isLocked: true, note: 'seen twice' } as const;
    const { session } = aSession([given]);
    session.selection.select([A.id]);
    session.edits.duplicate();
    await session.document.settled();
    expect(all(session)[1]).toMatchObject({
      origin: 'manual',
      score: null,
      isLocked: false,
      note: 'seen twice',
      labelId: A.labelId,
    });
  });

  test('from the picture before stands at the same place, or the nearest in a smaller picture', async () => {
    const { session } = aSession();
    const large = aBox({ id: asId<'region'>('c'), x: 500, y: 10, width: 400, height: 20 });
    session.edits.paste([A, large]);
    await session.document.settled();
    expect(places(session)).toEqual([
      [10, 10],
      [0, 10],
    ]);
    expect(all(session)[1]!.width).toBe(200);
  });

  test('goes by one clipboard into the next picture; cut takes it out of this one', async () => {
    const clipboard = new Clipboard();
    let last = 0;
    const make = (regions: readonly (typeof A)[]) =>
      new EditorSession({
        regions: new Map(regions.map((region) => [region.id, region])),
        imageSize: SIZE,
        newRegionId: () => asId<'region'>(`c-${(last += 1)}`),
        write: () => Promise.resolve(),
        clipboard,
      });
    const [first, second] = [make([A, B]), make([])];
    first.selection.select([B.id]);
    first.edits.cut();
    await first.document.settled();
    second.edits.paste();
    await second.document.settled();
    expect([all(first), places(second)]).toEqual([[A], [[60, 10]]]);
  });

  test('of nothing is nothing, and keeps what was copied', async () => {
    const { session, journal } = aSession([A]);
    session.edits.paste();
    session.edits.duplicate();
    session.selection.select([A.id]);
    session.edits.copy();
    session.selection.select([]);
    session.edits.copy();
    session.edits.paste();
    await session.document.settled();
    expect([session.document.regions.size, journal.length]).toEqual([2, 1]);
  });

  test('of 10,000 boxes is one step too', async () => {
    const many = Array.from({ length: 10_000 }, (_, at) =>
      aBox({ id: asId<'region'>(`${at}`), x: (at * 37) % 190, y: (at * 53) % 90, width: 5, height: 5 }),
    );
    const { session, journal } = aSession(many);
    session.selection.selectAll();
    session.edits.duplicate();
    await session.document.settled();
    expect([session.document.regions.size, journal.length]).toEqual([20_000, 1]);
  });
});

describe('hidden boxes', () => {
  test('are not found, not taken by a band or by Select All, and are there all the same', async () => {
    const { session, journal } = aSession([A, B]);
    session.tools.setTool('select');
    session.selection.select([A.id]);
    session.selection.toggleHidden();
    await play(session, click(20, 15));
    expect(session.selection.ids.size).toBe(0);
    session.selection.selectAll();
    expect([...session.selection.ids]).toEqual(['b']);
    expect([session.document.regions.size, journal.length]).toEqual([2, 0]);
  });

  test('come back by the same key: those selected, and all', () => {
    const { session } = aSession([A, B]);
    session.selection.select([A.id]);
    session.selection.toggleHidden();
    expect([...session.selection.hidden]).toEqual(['a']);
    session.selection.toggleHidden();
    expect(session.selection.hidden.size).toBe(0);
    session.selection.toggleAllHidden();
    expect(session.selection.hidden.size).toBe(2);
    session.selection.toggleAllHidden();
    expect(session.selection.hidden.size).toBe(0);
  });
});

describe('typed changes', () => {
  test('are one step, whatever is selected, and end in the picture', async () => {
    const { session, journal } = aSession([A, B]);
    session.edits.change([A.id, B.id], (region) => ({ ...region, x: 900, rotation: 45 }));
    await session.document.settled();
    for (const region of session.document.regions.values())
      expect(operationsOf(region).clampToImage(region, SIZE)).toBe(region);
    expect(journal).toHaveLength(1);
    session.edits.change([A.id], () => null);
    await session.document.settled();
    expect(session.document.regions.size).toBe(1);
  });

  test('of a label leave a box from elsewhere where it is', async () => {
    const outside = { ...A, x: -5 };
    const { session } = aSession([outside]);
    session.edits.change([A.id], (region) => ({ ...region, labelId: null }));
    await session.document.settled();
    expect(all(session)).toEqual([{ ...outside, labelId: null }]);
  });

  test('that change nothing are no step', async () => {
    const { session, journal } = aSession([A]);
    session.edits.change([A.id], (region) => ({ ...region }));
    await session.document.settled();
    expect(journal).toEqual([]);
  });
});

test('keys turn and grow every selected box about itself', async () => {
  const { session } = aSession([A, B]);
  session.selection.selectAll();
  session.edits.rotate(15);
  session.edits.grow(4, 0);
  await session.document.settled();
  expect(all(session)).toMatchObject([
    { rotation: 15, width: 34 },
    { rotation: 45, width: 34 },
  ]);
});

test('the next and the one before, round the list, without the hidden ones', () => {
  const c = { ...A, id: asId<'region'>('c') };
  const { session } = aSession([A, B, c]);
  session.selection.setHidden([B.id], true);
  const seen: string[] = [];
  for (const by of [1, 1, 1, -1, -1]) {
    session.selection.selectNext(by);
    seen.push(...session.selection.ids);
  }
  expect(seen).toEqual(['a', 'c', 'a', 'c', 'a']);
});
