import { asId } from '$lib/domain/ids';
import { describe, expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';
import { all, aSession, aSlowDisk, click, drag, send } from './a-session';

const POLYP = asId<'label'>('polyp');
const FOLD = asId<'label'>('fold');

/** A session in the middle of writing a first box, drawn as POLYP. */
function writing(regions = [aBox({ x: 150, y: 60, width: 40, height: 30 })]) {
  const disk = aSlowDisk();
  const { session, journal } = aSession(regions, disk.write);
  session.edits.chooseLabel(POLYP);
  send(session, drag(10, 10, 40, 40));
  return { session, journal, disk, existing: regions[0]! };
}

describe('while a gesture is being written', () => {
  test('it is on the screen, and not yet saved', () => {
    const { session, journal } = writing();
    expect([session.document.isSaving, session.document.regions.size, journal.length]).toEqual([true, 2, 0]);
  });

  test('screens hear of it once, when it is on disk', async () => {
    const { session, disk } = writing();
    let told = 0;
    session.subscribe(() => (told += 1));
    session.selection.setHover(null);
    expect(told).toBe(0);
    await disk.settle();
    expect([told, session.document.isSaving]).toEqual([1, false]);
  });

  test('the mark that says so never waits', async () => {
    const { session, disk } = writing();
    const told: boolean[] = [];
    session.document.subscribeSaving(() => told.push(session.document.isSaving));
    send(session, drag(60, 10, 90, 40));
    await disk.settle();
    expect(told.at(-1)).toBe(true);
    await disk.settle();
    expect(told.at(-1)).toBe(false);
    session.edits.deleteSelected();
    expect(told.at(-1)).toBe(true);
  });

  test('screens hear that it is under way where the disk is slow', async () => {
    const { session, disk } = writing();
    const isSaving = await new Promise((done) => session.subscribe(() => done(session.document.isSaving)));
    expect(isSaving).toBe(true);
    await disk.settle();
  });

  test('the view follows the hand meanwhile', () => {
    const { session } = writing();
    let told = 0;
    session.subscribe(() => (told += 1));
    session.camera.pan(3, 0);
    expect(told).toBe(1);
  });

  test('the next gesture waits for it', async () => {
    const { session, journal, disk } = writing();
    send(session, drag(60, 10, 90, 40));
    expect([session.document.regions.size, disk.writes]).toEqual([2, 1]);
    await disk.settle();
    expect([session.document.regions.size, disk.writes, journal.length]).toEqual([3, 1, 1]);
    await disk.settle();
    expect([session.document.isSaving, journal.length]).toEqual([false, 2]);
  });

  test('a tool chosen after a gesture does not play that gesture', async () => {
    const { session, disk } = writing();
    send(session, drag(60, 10, 90, 40));
    session.tools.setTool('select');
    await disk.settle();
    await disk.settle();
    expect([session.document.regions.size, session.tools.current]).toEqual([3, 'select']);
  });

  test('a label chosen after a gesture is given to the box of that gesture, as selected, and to no earlier one', async () => {
    const { session, disk } = writing();
    send(session, drag(60, 10, 90, 40));
    session.edits.chooseLabel(FOLD);
    for (let write = 0; write < 3; write += 1) await disk.settle();
    expect(all(session).map((region) => region.labelId)).toEqual([aBox().labelId, POLYP, FOLD]);
  });

  test('what is selected after it is what is hidden', async () => {
    const { session, disk } = writing();
    session.selection.selectNext();
    session.selection.toggleHidden();
    await disk.settle();
    const [first] = all(session);
    expect([[...session.selection.ids], [...session.selection.hidden]]).toEqual([[first!.id], [first!.id]]);
  });

  test('what is selected in the list is what is deleted', async () => {
    const { session, disk, existing } = writing();
    send(session, drag(60, 10, 90, 40));
    session.selection.select([existing.id]);
    session.edits.deleteSelected();
    await disk.settle();
    await disk.settle();
    await disk.settle();
    expect(all(session).map((region) => region.id)).toEqual(['new-1', 'new-2']);
  });

  test('Escape throws away the gesture before it, not one to come', async () => {
    const { session, disk } = writing();
    send(session, drag(60, 10, 90, 40).slice(0, 2));
    session.escape();
    send(session, [['up', 90, 40]]);
    await disk.settle();
    expect([session.document.isSaving, session.document.regions.size, session.tools.preview.length]).toEqual([
      false,
      2,
      0,
    ]);
  });

  test('a push of the picture with the middle button draws nothing', async () => {
    const { session, disk } = writing();
    const { left } = session.camera.view;
    session.tools.setTemporaryTool('pan');
    send(session, drag(60, 10, 90, 40));
    session.tools.setTemporaryTool(null);
    await disk.settle();
    expect([session.document.regions.size, session.document.isSaving, session.tools.current]).toEqual([
      2,
      false,
      'box',
    ]);
    expect(session.camera.view.left).toBeCloseTo(left + 30, 9);
  });

  test('commands are played in order', async () => {
    const { session, disk } = writing();
    session.edits.nudge(1, 0);
    session.undo();
    session.undo();
    session.redo();
    for (let write = 0; write < 5; write += 1) await disk.settle();
    expect(all(session)[1]).toMatchObject({ x: 10, y: 10, width: 30, height: 30 });
    expect([session.canUndo, session.canRedo, session.document.isSaving]).toEqual([true, true, false]);
  });
});

describe('when a write fails', () => {
  const full = new Error('full');

  test('the change is taken back, what waited is dropped, and the session says so', async () => {
    const { session, journal, disk, existing } = writing();
    let told = 0;
    session.subscribe(() => (told += 1));
    send(session, drag(60, 10, 90, 40));
    session.edits.deleteSelected();
    await disk.settle(full);
    expect([all(session), session.selection.ids.size, journal]).toEqual([[existing], 0, []]);
    expect([session.document.failure, session.canUndo, session.document.isSaving]).toEqual([
      full,
      false,
      false,
    ]);
    expect(told).toBeGreaterThan(0);
  });

  test('an undo is taken back too, and can be tried again', async () => {
    const { session, disk } = writing();
    await disk.settle();
    session.undo();
    expect(session.document.regions.size).toBe(1);
    await disk.settle(full);
    expect([session.document.regions.size, session.canUndo, session.canRedo]).toEqual([2, true, false]);
    session.document.retry();
    session.undo();
    await disk.settle();
    expect([session.document.regions.size, session.document.failure]).toEqual([1, null]);
  });

  test('nothing is taken until a retry, and then everything again', async () => {
    const { session, disk } = writing();
    await disk.settle(full);
    send(session, drag(60, 10, 90, 40));
    session.edits.addBox();
    expect([session.document.regions.size, disk.writes]).toEqual([1, 0]);
    session.document.retry();
    send(session, drag(60, 10, 90, 40));
    await disk.settle();
    expect([session.document.regions.size, session.document.failure]).toEqual([2, null]);
  });

  test('a gesture that was under way is forgotten', async () => {
    const { session, disk } = writing();
    await disk.settle();
    send(session, drag(60, 10, 90, 40).slice(0, 2));
    session.edits.nudge(1, 0);
    await disk.settle(full);
    expect(session.tools.preview).toEqual([]);
    session.document.retry();
    send(session, click(150, 10));
    expect([session.document.regions.size, disk.writes]).toEqual([2, 0]);
  });

  test('a tool that was held or chosen meanwhile is not forgotten', async () => {
    const { session, disk } = writing();
    session.tools.setTemporaryTool('pan');
    session.tools.setTool('select');
    session.tools.setTemporaryTool(null);
    await disk.settle(full);
    expect(session.tools.current).toBe('select');
  });
});
