import type { Rect } from '$lib/domain/geometry';
import { asId } from '$lib/domain/ids';
import type { PredictedRegion } from '$lib/domain/prediction';
import { iou, suggestionsFrom } from '$lib/domain/suggest';
import { describe, expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';
import { all, aSession, click, drag, play } from './a-session';

const id = (name: string) => asId<'region'>(name);
const suggested = (name: string, x: number, score = 0.9) =>
  aBox({ id: id(name), x, y: 10, width: 20, height: 20, origin: 'prediction', score });
const TWO = [suggested('s-1', 10), suggested('s-2', 50, 0.7)];
const idsOf = (regions: readonly { readonly id: string }[]) => regions.map((region) => region.id);

function suggesting() {
  const world = aSession();
  world.session.suggestions.set(TWO);
  return world;
}

test('suggestions are no part of the work until they are accepted', () => {
  const { session, journal } = suggesting();
  expect(session.document.regions.size).toBe(0);
  expect(idsOf(session.suggestions.open)).toEqual(['s-1', 's-2']);
  expect(session.suggestions.focused?.id).toBe('s-1');
  expect(journal).toEqual([]);
});

test('an accepted one keeps its origin and score, leaves the list, and the next one has the focus', async () => {
  const { session } = suggesting();
  session.suggestions.accept(new Set([id('s-1')]));
  await session.document.settled();
  expect(all(session)).toMatchObject([{ origin: 'prediction', score: 0.9, x: 10 }]);
  expect(idsOf(session.suggestions.open)).toEqual(['s-2']);
  expect(session.suggestions.focused?.id).toBe('s-2');
});

test('accepting all is one step, and undoing it brings the suggestions back', async () => {
  const { session, journal } = suggesting();
  session.suggestions.accept(new Set([id('s-1'), id('s-2')]));
  await session.document.settled();
  expect(journal).toHaveLength(1);
  expect(session.document.regions.size).toBe(2);
  session.undo();
  await session.document.settled();
  expect(session.document.regions.size).toBe(0);
  expect(idsOf(session.suggestions.open)).toEqual(['s-1', 's-2']);
});

test('a click on one looks at it; a drag moves it, and so accepts it, in one step', async () => {
  const { session, journal } = suggesting();
  session.tools.setTool('select');
  await play(session, click(60, 20));
  expect(session.suggestions.focused?.id).toBe('s-2');
  expect(session.document.regions.size).toBe(0);
  await play(session, drag(60, 20, 70, 25));
  expect(journal).toHaveLength(1);
  expect(all(session)).toMatchObject([{ origin: 'prediction-changed', score: 0.7, x: 60, y: 15 }]);
  expect(idsOf(session.suggestions.open)).toEqual(['s-1']);
});

test('a task that is only looked at accepts nothing', async () => {
  const { session } = suggesting();
  session.document.setReadOnly(true);
  session.suggestions.accept(new Set([id('s-1')]));
  session.tools.setTool('select');
  await play(session, drag(60, 20, 70, 25));
  expect(session.document.regions.size).toBe(0);
});

describe('what a person does to a model’s box', () => {
  const drawn = aBox({
    id: id('drawn'),
    x: 40,
    y: 40,
    width: 30,
    height: 30,
    origin: 'prediction',
    score: 0.8,
  });

  test.each([
    ['moved', (box: typeof drawn) => ({ ...box, x: 45 }), 'prediction-changed'],
    [
      'named otherwise',
      (box: typeof drawn) => ({ ...box, labelId: asId<'label'>('b') }),
      'prediction-changed',
    ],
    ['noted', (box: typeof drawn) => ({ ...box, note: 'sure' }), 'prediction'],
    ['locked', (box: typeof drawn) => ({ ...box, isLocked: true }), 'prediction'],
  ] as const)('%s', async (_, change, origin) => {
    const { session } = aSession([drawn]);
    session.edits.change([drawn.id], change);
    await session.document.settled();
    expect(all(session)[0]).toMatchObject({ origin });
    session.undo();
    await session.document.settled();
    expect(all(session)[0]).toEqual(drawn);
  });
});

describe('what is worth a suggestion', () => {
  const said = (x: number, score: number, labelId = asId<'label'>('label-1')): PredictedRegion => ({
    ...{ x, y: 10, width: 20, height: 20 },
    ...{ labelId, classNumber: 0, className: 'polyp', score },
  });
  const from = (predicted: readonly PredictedRegion[], regions = [] as ReturnType<typeof aBox>[]) =>
    idsOf(suggestionsFrom(predicted, regions, () => 0.5));

  test('only what reaches its label’s threshold and has a label', () => {
    const nameless = { ...said(150, 0.9), labelId: null };
    expect(from([said(10, 0.5), said(50, 0.49), nameless])).toEqual(['suggestion-0']);
  });

  test('not what is drawn already with this label', () => {
    const drawn = aBox({ x: 11, y: 10, width: 20, height: 20 });
    expect(from([said(10, 0.9)], [drawn])).toEqual([]);
    expect(from([said(10, 0.9)], [{ ...drawn, labelId: asId<'label'>('other') }])).toEqual(['suggestion-0']);
    expect(from([said(10, 0.9)], [{ ...drawn, x: 25 }])).toEqual(['suggestion-0']);
  });
});

describe('among many regions', () => {
  const label = asId<'label'>('label-1');
  /** Numbers in 0..1, the same ones every time. */
  function seeded(seed: number) {
    let state = seed;
    return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
  }
  const someRects = (count: number, seed: number, picture: number) => {
    const next = seeded(seed);
    const side = () => 4 + next() * 60;
    return Array.from({ length: count }, () => ({
      ...{ x: next() * picture, y: next() * picture },
      ...{ width: side(), height: side() },
    }));
  };
  const predictedOf = (rects: readonly Rect[]): readonly PredictedRegion[] =>
    rects.map((rect) => ({ ...rect, labelId: label, classNumber: 0, className: 'polyp', score: 0.9 }));

  test.each([1, 2, 3])(
    'exactly those are drawn already that overlap one of them enough (seed %d)',
    (seed) => {
      const drawn = someRects(600, seed, 300).map((rect, at) =>
        aBox({ ...rect, id: asId<'region'>(`r${at}`) }),
      );
      const predicted = predictedOf(someRects(600, seed + 10, 300));
      const open = predicted.flatMap((one, at) =>
        drawn.some((region) => iou(region, one) > 0.6) ? [] : [`suggestion-${at}`],
      );
      expect(open.length).toBeGreaterThan(50);
      expect(open.length).toBeLessThan(550);
      expect(idsOf(suggestionsFrom(predicted, drawn, () => 0.5))).toEqual(open);
    },
  );

  test('20,000 accepted ones are told from what is drawn while nobody waits', () => {
    const rects = someRects(20_000, 7, 4000);
    const drawn = rects.map((rect, at) => aBox({ ...rect, id: asId<'region'>(`r${at}`) }));
    const start = performance.now();
    expect(suggestionsFrom(predictedOf(rects), drawn, () => 0.5)).toEqual([]);
    // Each looked for among all of them took seconds, after every gesture.
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

describe('a rejected suggestion', () => {
  /** A session whose rejections are kept, as they are kept. */
  function rejecting(rejected: readonly string[] = []) {
    const { session, journal } = aSession();
    const kept: string[][] = [];
    const storage = {
      ids: new Set(rejected.map(id)),
      save: (ids: ReadonlySet<string>) => Promise.resolve(void kept.push([...ids])),
    };
    session.suggestions.set(TWO, storage);
    return { session, journal, kept, storage };
  }

  test('leaves the list, is kept, and is no change of the regions', async () => {
    const { session, journal, kept } = rejecting();
    session.suggestions.reject(new Set([id('s-1')]));
    await session.document.settled();
    expect(idsOf(session.suggestions.open)).toEqual(['s-2']);
    expect(session.suggestions.focused?.id).toBe('s-2');
    expect(session.suggestions.rejectedCount).toBe(1);
    expect(kept).toEqual([['s-1']]);
    expect(journal).toEqual([]);
  });

  test('that was rejected at an earlier time is not shown again', () => {
    const { session } = rejecting(['s-2']);
    expect(idsOf(session.suggestions.open)).toEqual(['s-1']);
    expect(session.canUndo).toBe(false);
  });

  test('comes back by Undo, in the order of all that was done, and goes again by Redo', async () => {
    const { session, kept } = rejecting();
    session.suggestions.reject(new Set([id('s-1')]));
    session.suggestions.accept(new Set([id('s-2')]));
    await session.document.settled();
    expect(idsOf(session.suggestions.open)).toEqual([]);
    session.undo();
    await session.document.settled();
    expect(idsOf(session.suggestions.open)).toEqual(['s-2']);
    expect(session.document.regions.size).toBe(0);
    session.undo();
    await session.document.settled();
    expect(idsOf(session.suggestions.open)).toEqual(['s-1', 's-2']);
    expect(session.canUndo).toBe(false);
    session.redo();
    await session.document.settled();
    expect(idsOf(session.suggestions.open)).toEqual(['s-2']);
    session.redo();
    await session.document.settled();
    expect(session.document.regions.size).toBe(1);
    expect(session.canRedo).toBe(false);
    expect(kept).toEqual([['s-1'], [], ['s-1']]);
  });

  test('all can be brought back at once', async () => {
    const { session, kept } = rejecting(['s-1', 's-2']);
    session.suggestions.bringBackRejected();
    await session.document.settled();
    expect(idsOf(session.suggestions.open)).toEqual(['s-1', 's-2']);
    expect(kept).toEqual([[]]);
  });

  test('is there again when it could not be kept', async () => {
    const { session } = aSession();
    session.suggestions.set(TWO, { ids: new Set(), save: () => Promise.reject(new Error('no room')) });
    session.suggestions.reject(new Set([id('s-1')]));
    await session.document.settled();
    expect(idsOf(session.suggestions.open)).toEqual(['s-1', 's-2']);
    expect(session.document.failure).toEqual(new Error('no room'));
  });

  test('nobody who may only look rejects anything', async () => {
    const { session, kept } = rejecting();
    session.document.setReadOnly(true);
    session.suggestions.reject(new Set([id('s-1')]));
    await session.document.settled();
    expect(kept).toEqual([]);
  });
});
