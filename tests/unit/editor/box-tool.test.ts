import { asId } from '$lib/domain/ids';
import { PLAIN_OPTIONS } from '$lib/editor/options';
import { describe, expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';
import { all, aSession, click, drag, play, send } from './a-session';

describe('a box by two clicks', () => {
  test('has its corners where they were made, in one change', async () => {
    const { session, journal } = aSession();
    await play(session, click(20, 30));
    expect(session.tools.sketch).toEqual({ kind: 'corner', at: [20, 30] });
    expect(session.tools.isPlacing).toBe(true);
    await play(session, [['move', 50, 60]]);
    expect(session.tools.preview).toMatchObject([{ x: 20, y: 30, width: 30, height: 30 }]);
    await play(session, click(70, 10));
    expect(all(session)).toMatchObject([{ x: 20, y: 10, width: 50, height: 20 }]);
    expect(journal).toHaveLength(1);
    expect([session.tools.sketch, session.tools.preview, session.tools.isPlacing]).toEqual([null, [], false]);
  });

  test('is forgotten by Escape, and by Undo, which take back nothing else', async () => {
    for (const forget of ['escape', 'undo'] as const) {
      const { session, journal } = aSession([aBox()]);
      await play(session, drag(100, 10, 120, 30));
      await play(session, click(20, 30));
      session[forget]();
      await play(session, [['move', 50, 60]]);
      expect([
        session.tools.sketch,
        session.tools.preview,
        session.document.regions.size,
        journal.length,
      ]).toEqual([null, [], 2, 1]);
    }
  });

  test('a drag after one click is a box of its own', async () => {
    const { session } = aSession();
    await play(session, click(20, 30));
    await play(session, drag(100, 50, 140, 80));
    expect(all(session)).toMatchObject([{ x: 100, y: 50, width: 40, height: 30 }]);
    expect(session.tools.isPlacing).toBe(false);
  });

  test('a second click on the same place makes nothing', async () => {
    const { session, journal } = aSession();
    await play(session, click(20, 30));
    await play(session, click(20, 30));
    expect([journal.length, session.tools.isPlacing]).toEqual([0, false]);
  });

  test('between the clicks the picture can be pushed and zoomed', async () => {
    const { session } = aSession();
    await play(session, click(20, 30));
    session.tools.setTemporaryTool('pan');
    await play(session, drag(50, 50, 60, 60));
    session.tools.setTemporaryTool(null);
    session.camera.zoom(2);
    // Two fingers: the first one's press is taken for a second corner until the other one comes.
    send(session, [['down', 90, 90]]);
    session.tools.pointer({ type: 'interrupt' });
    expect(session.tools.isPlacing).toBe(true);
    await play(session, click(70, 50));
    expect(all(session)).toMatchObject([{ x: 20, y: 30, width: 50, height: 20 }]);
  });

  test('stops at the edge of the picture', async () => {
    const { session } = aSession();
    await play(session, click(-30, -30));
    await play(session, click(400, 50));
    expect(all(session)).toMatchObject([{ x: 0, y: 0, width: 200, height: 50 }]);
  });
});

describe('a drag', () => {
  test('of less than a picture pixel makes nothing, however large it is on the screen', async () => {
    const { session, journal } = aSession();
    session.camera.zoom(32);
    await play(session, drag(100, 50, 100.9, 60));
    expect(journal).toEqual([]);
    await play(session, drag(100, 50, 101, 51));
    expect(all(session)).toMatchObject([{ x: 100, y: 50, width: 1, height: 1 }]);
  });

  test('ends on whole pixels where that is wished', async () => {
    const { session } = aSession();
    session.tools.setOptions({ ...PLAIN_OPTIONS, snapsToPixel: true });
    await play(session, drag(10.4, 10.6, 50.3, 40.8));
    expect(all(session)).toMatchObject([{ x: 10, y: 11, width: 40, height: 30 }]);
  });

  test('is forgotten when a second finger comes down', async () => {
    const { session, journal } = aSession();
    send(session, drag(10, 10, 50, 40).slice(0, 2));
    session.tools.pointer({ type: 'interrupt' });
    await play(session, [['up', 50, 40]]);
    expect([journal.length, session.tools.preview.length, session.tools.isPlacing]).toEqual([0, 0, false]);
  });
});

describe('the label of a box', () => {
  const [polyp, fold] = [asId<'label'>('polyp'), asId<'label'>('fold')];

  test('is the armed one, which stays armed', async () => {
    const { session } = aSession();
    session.edits.chooseLabel(polyp);
    await play(session, drag(10, 10, 50, 40));
    expect([all(session)[0]!.labelId, session.tools.armedLabel]).toEqual([polyp, polyp]);
  });

  test('can be chosen while it is being drawn', async () => {
    const { session } = aSession();
    session.edits.chooseLabel(polyp);
    send(session, drag(10, 10, 50, 40).slice(0, 2));
    session.edits.chooseLabel(fold);
    await play(session, [['up', 50, 40]]);
    expect(all(session)[0]!.labelId).toBe(fold);
  });

  test('draw first: who keeps none armed labels the box that was drawn, and that one alone', async () => {
    const { session, journal } = aSession();
    session.tools.setOptions({ ...PLAIN_OPTIONS, keepsArmed: false });
    await play(session, drag(10, 10, 50, 40));
    expect(session.document.store.unlabelledCount).toBe(1);
    session.edits.chooseLabel(polyp);
    await session.document.settled();
    await play(session, drag(60, 10, 90, 40));
    expect(all(session).map(({ labelId }) => labelId)).toEqual([polyp, null]);
    expect([session.document.store.unlabelledCount, session.tools.armedLabel, journal.length]).toEqual([
      1,
      null,
      3,
    ]);
  });

  test('label first: armed for one box where none is kept armed', async () => {
    const { session } = aSession();
    session.tools.setOptions({ ...PLAIN_OPTIONS, keepsArmed: false });
    session.edits.chooseLabel(fold);
    await play(session, drag(10, 10, 50, 40));
    await play(session, drag(60, 10, 90, 40));
    expect(all(session).map(({ labelId }) => labelId)).toEqual([fold, null]);
  });

  test('can be taken from the armed one without touching what is selected', async () => {
    const { session } = aSession([aBox()]);
    session.selection.select([aBox().id]);
    session.tools.arm(fold);
    await session.document.settled();
    expect([session.tools.armedLabel, all(session)[0]!.labelId]).toEqual([fold, aBox().labelId]);
    session.tools.arm(null);
    await play(session, drag(60, 10, 90, 40));
    expect(all(session)[1]!.labelId).toBeNull();
  });
});
