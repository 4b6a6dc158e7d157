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
  session.chooseLabel(POLYP);
  send(session, drag(10, 10, 40, 40));
  return { session, journal, disk, existing: regions[0]! };
}

describe('while a gesture is being written', () => {
  test('it is on the screen, and not yet saved', () => {
    const { session, journal } = writing();
    expect([session.isSaving, session.regions.size, journal.length]).toEqual([true, 2, 0]);
  });

  test('screens hear of it once, when it is on disk', async () => {
    const { session, disk } = writing();
    let told = 0;
    session.subscribe(() => (told += 1));
    session.setHover(null);
    expect(told).toBe(0);
    await disk.settle();
    expect([told, session.isSaving]).toEqual([1, false]);
  });

  test('the mark that says so never waits', async () => {
    const { session, disk } = writing();
    const told: boolean[] = [];
    session.watchSaving(() => told.push(session.isSaving));
    send(session, drag(60, 10, 90, 40));
    await disk.settle();
    expect(told.at(-1)).toBe(true);
    await disk.settle();
    expect(told.at(-1)).toBe(false);
    session.deleteSelected();
    expect(told.at(-1)).toBe(true);
  });

  test('screens hear that it is under way where the disk is slow', async () => {
    const { session, disk } = writing();
    const isSaving = await new Promise((done) => session.subscribe(() => done(session.isSaving)));
    expect(isSaving).toBe(true);
    await disk.settle();
  });

  test('the view follows the hand meanwhile', () => {
    const { session } = writing();
    let told = 0;
    session.subscribe(() => (told += 1));
    session.pan(3, 0);
    expect(told).toBe(1);
  });

  test('the next gesture waits for it', async () => {
    const { session, journal, disk } = writing();
    send(session, drag(60, 10, 90, 40));
    expect([session.regions.size, disk.writes]).toEqual([2, 1]);
    await disk.settle();
    expect([session.regions.size, disk.writes, journal.length]).toEqual([3, 1, 1]);
    await disk.settle();
    expect([session.isSaving, journal.length]).toEqual([false, 2]);
  });

  test('a tool chosen after a gesture does not play that gesture', async () => {
    const { session, disk } = writing();
    send(session, drag(60, 10, 90, 40));
    session.setTool('select');
    await disk.settle();
    await disk.settle();
    expect([session.regions.size, session.tool]).toEqual([3, 'select']);
  });

  test('a label chosen after a gesture is given to the box of that gesture, as selected, and to no earlier one', async () => {
    const { session, disk } = writing();
    send(session, drag(60, 10, 90, 40));
    session.chooseLabel(FOLD);
    for (let write = 0; write < 3; write += 1) await disk.settle();
    expect(all(session).map((region) => region.labelId)).toEqual([aBox().labelId, POLYP, FOLD]);
  });

  test('what is selected after it is what is hidden', async () => {
    const { session, disk } = writing();
    session.selectNext();
    session.toggleHidden();
    await disk.settle();
    const [first] = all(session);
    expect([[...session.selection], [...session.hidden]]).toEqual([[first!.id], [first!.id]]);
  });

  test('what is selected in the list is what is deleted', async () => {
    const { session, disk, existing } = writing();
    send(session, drag(60, 10, 90, 40));
    session.select([existing.id]);
    session.deleteSelected();
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
    expect([session.isSaving, session.regions.size, session.preview.length]).toEqual([false, 2, 0]);
  });

  test('a push of the picture with the middle button draws nothing', async () => {
    const { session, disk } = writing();
    const { left } = session.view;
    session.setTemporaryTool('pan');
    send(session, drag(60, 10, 90, 40));
    session.setTemporaryTool(null);
    await disk.settle();
    expect([session.regions.size, session.isSaving, session.tool]).toEqual([2, false, 'box']);
    expect(session.view.left).toBeCloseTo(left + 30, 9);
  });

  test('commands are played in order', async () => {
    const { session, disk } = writing();
    session.nudge(1, 0);
    session.undo();
    session.undo();
    session.redo();
    for (let write = 0; write < 5; write += 1) await disk.settle();
    expect(all(session)[1]).toMatchObject({ x: 10, y: 10, width: 30, height: 30 });
    expect([session.canUndo, session.canRedo, session.isSaving]).toEqual([true, true, false]);
  });
});

describe('when a write fails', () => {
  const full = new Error('full');

  test('the change is taken back, what waited is dropped, and the session says so', async () => {
    const { session, journal, disk, existing } = writing();
    let told = 0;
    session.subscribe(() => (told += 1));
    send(session, drag(60, 10, 90, 40));
    session.deleteSelected();
    await disk.settle(full);
    expect([all(session), session.selection.size, journal]).toEqual([[existing], 0, []]);
    expect([session.failure, session.canUndo, session.isSaving]).toEqual([full, false, false]);
    expect(told).toBeGreaterThan(0);
  });

  test('an undo is taken back too, and can be tried again', async () => {
    const { session, disk } = writing();
    await disk.settle();
    session.undo();
    expect(session.regions.size).toBe(1);
    await disk.settle(full);
    expect([session.regions.size, session.canUndo, session.canRedo]).toEqual([2, true, false]);
    session.retry();
    session.undo();
    await disk.settle();
    expect([session.regions.size, session.failure]).toEqual([1, null]);
  });

  test('nothing is taken until a retry, and then everything again', async () => {
    const { session, disk } = writing();
    await disk.settle(full);
    send(session, drag(60, 10, 90, 40));
    session.addBox();
    expect([session.regions.size, disk.writes]).toEqual([1, 0]);
    session.retry();
    send(session, drag(60, 10, 90, 40));
    await disk.settle();
    expect([session.regions.size, session.failure]).toEqual([2, null]);
  });

  test('a gesture that was under way is forgotten', async () => {
    const { session, disk } = writing();
    await disk.settle();
    send(session, drag(60, 10, 90, 40).slice(0, 2));
    session.nudge(1, 0);
    await disk.settle(full);
    expect(session.preview).toEqual([]);
    session.retry();
    send(session, click(150, 10));
    expect([session.regions.size, disk.writes]).toEqual([2, 0]);
  });

  test('a tool that was held or chosen meanwhile is not forgotten', async () => {
    const { session, disk } = writing();
    session.setTemporaryTool('pan');
    session.setTool('select');
    session.setTemporaryTool(null);
    await disk.settle(full);
    expect(session.tool).toBe('select');
  });
});
