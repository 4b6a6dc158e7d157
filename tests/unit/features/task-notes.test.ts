import { asId } from '$lib/domain/ids';
import type { Task } from '$lib/domain/task';
import type { TaskWork } from '$lib/domain/work';
import { TaskNotes } from '$lib/features/annotate/task-notes.svelte';
import { notices } from '$lib/ui/notices.svelte';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { aProjectWith, PROJECT, taskId, type World } from '../../fixtures/exchange';
import { onScreen, screenServices } from '../../fixtures/screen.svelte';

let world: World;
beforeEach(async () => {
  world = await aProjectWith(['a.jpg', 'b.jpg']);
  return () => {
    for (const { id } of notices.list) notices.dismiss(id);
  };
});

/** The notes on a labelling page that has opened the first task. */
async function theNotes() {
  const services = screenServices(world);
  const notes = new TaskNotes(services);
  onScreen(() => [notes.note, notes.spentMs, notes.orderByHand, notes.isSaving]);
  const [first, second] = [await task(1), await task(2)];
  open(notes, first);
  return { services, notes, first, second };
}
const task = async (number: number) => (await world.database.tasks.get(taskId(number)))!;
const stored = async ({ id }: Task) => (await world.database.work.forTask(id))[0]?.note ?? null;

/** Shows a task as the page does, until another one is shown. */
function open(notes: TaskNotes, shown: Task): () => void {
  notes.show(shown);
  const stop = notes.follow(shown);
  onTestFinished(stop);
  return stop;
}

describe('a note', () => {
  test('is shown at once and saved while it is typed', async () => {
    const { notes, first } = await theNotes();
    notes.setNote('blurred');
    expect([notes.note, notes.isSaving]).toEqual(['blurred', true]);
    await expect.poll(() => notes.isSaving).toBe(false);
    expect(await stored(first)).toBe('blurred');
  });

  test('is saved as it was last, and what is typed during a write goes into one further write', async () => {
    const { notes, first } = await theNotes();
    const written: string[] = [];
    const table = world.db.table<TaskWork>('work');
    table.hook('creating', (_, work) => void written.push(work.note));
    table.hook('updating', (changes: Partial<TaskWork>) => void written.push(changes.note ?? ''));
    for (const text of ['b', 'bl', 'blu', 'blur']) notes.setNote(text);
    await expect.poll(() => notes.isSaving).toBe(false);
    expect([notes.note, await stored(first)]).toEqual(['blur', 'blur']);
    expect(written).toEqual(['b', 'blur']);
  });

  test('that is being typed does not give way to an earlier one that comes from the disk', async () => {
    const services = screenServices(world);
    const notes = new TaskNotes(services);
    const first = await task(1);
    const shown: string[] = [];
    // This listener is called before the one of the notes: the person types on while a saved note is on its way back.
    onTestFinished(
      services.work.watch(
        first.id,
        (work) => {
          shown.push(notes.note);
          if (work?.note === 'one') notes.setNote('two');
        },
        notices.showError,
      ),
    );
    open(notes, first);
    const { seen } = onScreen(() => notes.note);
    notes.setNote('one');
    await expect.poll(() => stored(first)).toBe('two');
    await expect.poll(() => notes.isSaving).toBe(false);
    await expect.poll(() => shown.at(-1)).toBe('two');
    expect(seen.slice(seen.indexOf('two'))).toEqual(['two']);
  });

  test('is saved to its own task when the next one is opened meanwhile, and stays off that one', async () => {
    const { notes, first, second } = await theNotes();
    notes.setNote('of the first');
    open(notes, second);
    expect(notes.note).toBe('');
    notes.setNote('of the second');
    await expect.poll(() => notes.isSaving).toBe(false);
    expect([await stored(first), await stored(second)]).toEqual(['of the first', 'of the second']);
    expect(notes.note).toBe('of the second');
  });

  test('of another tab is shown', async () => {
    const { notes, services, first } = await theNotes();
    await services.work.setNote(first, 'from there');
    await expect.poll(() => notes.note).toBe('from there');
  });

  test('of a task that is gone is reported, and the next task has its own saved', async () => {
    const { notes, services, second } = await theNotes();
    await services.bulkEdits.delete(PROJECT, 'delete-tasks', Int32Array.of(1), 'Delete Tasks');
    notes.setNote('too late');
    await expect.poll(() => notices.list).toHaveLength(1);
    open(notes, second);
    notes.setNote('in time');
    await expect.poll(() => notes.isSaving).toBe(false);
    expect(await stored(second)).toBe('in time');
  });

  test('without a task goes nowhere', () => {
    const notes = new TaskNotes(screenServices(world));
    notes.setNote('lost');
    expect([notes.note, notes.isSaving]).toEqual(['', false]);
  });
});

test('the time spent and the order by hand come from the disk, and go with the task', async () => {
  const { notes, services, first, second } = await theNotes();
  await services.work.addTime(first, 2_000);
  await services.work.setOrder(first, [asId<'region'>('b'), asId<'region'>('a')]);
  await expect.poll(() => [notes.spentMs, notes.orderByHand]).toEqual([2_000, ['b', 'a']]);
  notes.show(second);
  expect([notes.spentMs, notes.orderByHand]).toEqual([0, []]);
});

test('an order by hand is shown at once and stored', async () => {
  const { notes, first } = await theNotes();
  notes.setOrder([asId<'region'>('c')]);
  expect(notes.orderByHand).toEqual(['c']);
  await expect.poll(async () => (await world.database.work.forTask(first.id))[0]?.orderByHand).toEqual(['c']);
});
