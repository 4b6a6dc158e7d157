import { BY_NUMBER, NO_FILTER } from '$lib/domain/filter';
import { asId } from '$lib/domain/ids';
import { isRead } from '$lib/features/data-manager/partial-list.svelte';
import { DataManagerState } from '$lib/features/data-manager/data-manager.svelte';
import type { Ports } from '$lib/services/ports/ports';
import type { TaskIndex } from '$lib/services/ports/task-index';
import { makeServices } from '$lib/services/services';
import { afterEach, expect, test } from 'vitest';
import { aProject, aTask } from '../../fixtures/builders';
import { aWorld } from '../../fixtures/world';

const PROJECT = aProject().id;
const taskId = (number: number) => asId<'task'>(`task-${number}`);
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A list of 700 tasks, number 3 of 701 deleted, whose index is not made before it is told to. */
async function aListWithGaps() {
  const world = aWorld();
  await world.database.projects.put(aProject());
  const tasks = Array.from({ length: 701 }, (_, at) =>
    aTask({ id: taskId(at + 1), number: at + 1, path: `${at + 1}.jpg` }),
  );
  await world.database.tasks.add(tasks);
  await world.database.tasks.deleteMany([tasks[2]!]);
  let makeIndex = (): void => undefined;
  const isWanted = new Promise<void>((done) => (makeIndex = done));
  const taskIndex: TaskIndex = {
    watch(...query) {
      void isWanted.then(() => stops.push(world.ports.taskIndex.watch(...query)));
      return () => undefined;
    },
  };
  const jobs = { prepare: () => undefined } as unknown as Ports['jobs'];
  const view = new DataManagerState(makeServices({ ...world.ports, taskIndex, jobs }), PROJECT);
  stops.push(view.follow());
  await expect.poll(() => view.shown).toBe(700);
  stops.push(view.followList() ?? (() => undefined));
  return { view, makeIndex };
}
const numbersFrom = (first: number, count: number) => Array.from({ length: count }, (_, at) => first + at);

test('before its index is there a list shows its first rows, and is as long as it will be', async () => {
  const { view, makeIndex } = await aListWithGaps();
  expect(view.list).toBeNull();
  const before = [view.shown, view.lineCount, view.window];
  const { visible } = view;
  expect(visible.slice(0, 4)).toEqual([1, 2, 4, 5]);
  expect(visible.every(isRead)).toBe(true);
  makeIndex();
  await expect.poll(() => view.list).not.toBeNull();
  expect([...view.list!]).toEqual([1, 2, ...numbersFrom(4, 698)]);
  // Nothing on the screen is another, and nothing has moved.
  expect(view.visible).toEqual(visible);
  expect([view.shown, view.lineCount, view.window]).toEqual(before);
});

test('a place that is not read yet has no number, and cannot be selected', async () => {
  const { view, makeIndex } = await aListWithGaps();
  view.scrollTop = 600 * view.rowHeight;
  expect(view.visible.some(isRead)).toBe(false);
  view.select(600, false);
  expect(view.selectedCount).toBe(0);
  view.select(2, false);
  expect([...view.selection.numbers]).toEqual([4]);
  view.select(600, true);
  expect([...view.selection.numbers]).toEqual([4]);
  makeIndex();
  await expect.poll(() => view.visible.every(isRead)).toBe(true);
  expect([...view.selection.numbers]).toEqual([4]);
});

test('Select All and Export wait for the whole list', async () => {
  const { view, makeIndex } = await aListWithGaps();
  const whole = view.wholeList();
  view.selectAll();
  expect(view.selectedCount).toBe(0);
  makeIndex();
  await expect.poll(() => view.selectedCount).toBe(700);
  expect((await whole).length).toBe(700);
});

test('Select All selects nothing when the filter is another by the time the list is there', async () => {
  const { view, makeIndex } = await aListWithGaps();
  const whole = view.wholeList();
  view.selectAll();
  view.setFilter({ ...NO_FILTER, search: '1.jpg' });
  makeIndex();
  await whole;
  await Promise.resolve();
  expect(view.selectedCount).toBe(0);
});

test('other orders and filters wait for the index: no row is shown that may not be in the list', async () => {
  const { view } = await aListWithGaps();
  view.setOrder({ ...BY_NUMBER, direction: 'descending' });
  expect([view.list, view.shown, view.visible]).toEqual([null, 0, []]);
});
