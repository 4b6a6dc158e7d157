import { BY_NUMBER, NO_FILTER, type TaskFilter } from '$lib/domain/filter';
import { asId } from '$lib/domain/ids';
import { DataManagerState } from '$lib/features/data-manager/data-manager.svelte';
import { listPlaces } from '$lib/features/data-manager/list-places';
import { FIRST_VIEW } from '$lib/features/data-manager/views';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { aProjectWith, PROJECT, type World } from '../../fixtures/exchange';
import { onScreen, screenServices, whileOnScreen } from '../../fixtures/screen.svelte';

const PATHS = ['cat-1.jpg', 'dog-2.jpg', 'cat-3.jpg', 'dog-4.jpg', 'cat-5.jpg'];
const cats: TaskFilter = { ...NO_FILTER, search: 'cat' };
const brokenPattern: TaskFilter = {
  ...NO_FILTER,
  conditions: [{ field: 'path', operator: 'regex', value: '(' }],
};

let world: World;
beforeEach(async () => {
  listPlaces.clear();
  world = await aProjectWith(PATHS);
});

/** The data manager as its component shows it. */
async function shownList(count = PATHS.length) {
  const view = new DataManagerState(screenServices(world), PROJECT);
  onTestFinished(view.follow());
  whileOnScreen(() => view.followList());
  whileOnScreen(() => view.requestRows());
  whileOnScreen(() => view.followRows());
  onScreen(() => [view.list, view.visible, view.rows, view.selectedCount]);
  await expect.poll(() => view.shown).toBe(count);
  await expect.poll(() => view.project).toBeTruthy();
  return view;
}
type View = Awaited<ReturnType<typeof shownList>>;
const shownNumbers = (view: View) => [...(view.list ?? [])];
const selected = (view: View) => [...view.selection.numbers].sort();
/** The services keep the list's look a moment after its last change. */
const keptLook = async () => (await world.database.projects.get(PROJECT))?.listLook;

describe('a filter', () => {
  test('leaves the tasks that match, lets the selection go and begins at the top', async () => {
    const view = await shownList();
    view.select(1, false);
    view.scrollTop = 128;
    view.setFilter(cats);
    await expect.poll(() => shownNumbers(view)).toEqual([1, 3, 5]);
    expect([view.selectedCount, view.scrollTop]).toEqual([0, 0]);
  });

  test('that cannot be answered says why, until another one can', async () => {
    const view = await shownList();
    view.setFilter(brokenPattern);
    await expect.poll(() => view.failure).toMatchObject({ code: 'pattern-invalid' });
    view.setFilter(cats);
    await expect.poll(() => shownNumbers(view)).toEqual([1, 3, 5]);
    expect(view.failure).toBeNull();
  });

  test('that cannot be answered gives no list to export: neither the one before nor none for ever', async () => {
    const view = await shownList();
    view.setFilter(brokenPattern);
    await expect(view.wholeList()).rejects.toMatchObject({ code: 'pattern-invalid' });
    await expect(view.wholeList()).rejects.toMatchObject({ code: 'pattern-invalid' });
    view.selectAll();
    expect(view.selectedCount).toBe(0);
  });

  test('takes in a task that another tab adds, and lets one go that it deletes', async () => {
    const view = await shownList();
    view.setFilter(cats);
    await expect.poll(() => shownNumbers(view)).toEqual([1, 3, 5]);
    const [third] = await world.database.tasks.byNumbers(PROJECT, [3]);
    await world.database.tasks.deleteMany([third!]);
    await expect.poll(() => shownNumbers(view)).toEqual([1, 5]);
  });
});

describe('Select All right after a filter was set', () => {
  test('selects what the new filter finds, and not what the one before it had found', async () => {
    const view = await shownList();
    view.setFilter(cats);
    await expect.poll(() => shownNumbers(view)).toEqual([1, 3, 5]);
    view.setFilter({ ...NO_FILTER, search: 'dog' });
    view.selectAll();
    const exported = view.wholeList();
    await expect.poll(() => selected(view)).toEqual([2, 4]);
    expect([...(await exported)]).toEqual([2, 4]);
  });
});

describe('an order', () => {
  test('turns the list round and keeps what is selected', async () => {
    const view = await shownList();
    view.select(0, false);
    view.setOrder({ ...BY_NUMBER, direction: 'descending' });
    await expect.poll(() => shownNumbers(view)).toEqual([5, 4, 3, 2, 1]);
    expect(selected(view)).toEqual([1]);
  });

  test('is the order in which actions take the selected tasks', async () => {
    const view = await shownList();
    view.setOrder({ field: 'path', direction: 'descending' });
    await expect.poll(() => shownNumbers(view)).toEqual([4, 2, 5, 3, 1]);
    view.select(4, false);
    view.select(0, false);
    expect([...view.selectedInOrder()]).toEqual([4, 1]);
  });
});

describe('selecting', () => {
  test('with Shift takes everything from the last one, whichever way; a second press lets one go', async () => {
    const view = await shownList();
    view.select(3, false);
    view.select(1, true);
    expect(selected(view)).toEqual([2, 3, 4]);
    view.select(2, false);
    expect(selected(view)).toEqual([2, 4]);
    view.clearSelection();
    expect(view.selectedCount).toBe(0);
  });

  test('everything takes what the filter shows, and no other', async () => {
    const view = await shownList();
    view.setFilter(cats);
    await expect.poll(() => shownNumbers(view)).toEqual([1, 3, 5]);
    view.selectAll();
    expect(selected(view)).toEqual([1, 3, 5]);
  });
});

describe('a view', () => {
  test('begins as a copy, goes its own way, and the one before is as it was', async () => {
    const view = await shownList();
    view.setFilter(cats);
    view.addView('Cats');
    view.setOrder({ ...BY_NUMBER, direction: 'descending' });
    await expect.poll(() => shownNumbers(view)).toEqual([5, 3, 1]);
    view.chooseView(FIRST_VIEW.id);
    await expect.poll(() => shownNumbers(view)).toEqual([1, 3, 5]);
    expect(view.views.map(({ name }) => name)).toEqual(['', 'Cats']);
  });

  test('that is closed gives way to the first one; its name can be changed', async () => {
    const view = await shownList();
    view.addView('Cats');
    view.renameView(view.viewId, 'Only cats');
    expect(view.current.name).toBe('Only cats');
    view.closeView(view.viewId);
    expect([view.viewId, view.views.length]).toEqual([FIRST_VIEW.id, 1]);
  });

  test('is there again in the next tab, and goes into the project for backups', async () => {
    const view = await shownList();
    view.addView('Cats');
    view.setFilter(cats);
    const next = await shownList();
    expect(next.views.map(({ name }) => name)).toEqual(['', 'Cats']);
    await expect.poll(keptLook).toMatchObject({ views: [{ id: 'first' }, { name: 'Cats', filter: cats }] });
  });

  test('comes from the project where this browser has none of its own', async () => {
    const project = (await world.database.projects.get(PROJECT))!;
    const views = [FIRST_VIEW, { ...FIRST_VIEW, id: 'v2', name: 'From a backup', filter: cats }];
    const { columns } = new DataManagerState(screenServices(world), PROJECT);
    await world.database.projects.put({ ...project, listLook: { columns, views } });
    const view = await shownList();
    expect(view.views.map(({ name }) => name)).toEqual(['', 'From a backup']);
  });
});

describe('coming back to the list', () => {
  test('finds the view, the selection and the place that were left', async () => {
    const view = await shownList();
    view.addView('Cats');
    view.setFilter(cats);
    await expect.poll(() => shownNumbers(view)).toEqual([1, 3, 5]);
    view.select(1, false);
    view.scrollTop = 64;
    view.leave();
    const again = await shownList(3);
    expect([again.viewId, selected(again), again.scrollTop]).toEqual([view.viewId, [3], 64]);
  });

  test('whose view another tab has closed meanwhile finds the first view, and its filter works', async () => {
    const view = await shownList();
    view.addView('Cats');
    view.select(1, false);
    view.leave();
    (await shownList()).closeView(view.viewId);
    const again = await shownList();
    expect(again.viewId).toBe(FIRST_VIEW.id);
    again.setFilter(cats);
    await expect.poll(() => shownNumbers(again)).toEqual([1, 3, 5]);
  });
});

describe('the rows on the screen', () => {
  test('are read from the database, and follow what happens to their tasks', async () => {
    const view = await shownList();
    await expect.poll(() => view.rows.get(2)?.path).toBe('dog-2.jpg');
    await world.database.tasks.update(asId<'task'>('task-2'), { regionCount: 7 });
    await expect.poll(() => view.rows.get(2)?.regionCount).toBe(7);
  });

  test('are as many as fit beside each other in the grid, and the choice is kept', async () => {
    const view = await shownList();
    view.viewWidth = 400;
    view.setView('grid');
    expect([view.perLine, view.lineCount, view.hasColumnNames]).toEqual([2, 3, false]);
    expect((await shownList()).view).toBe('grid');
  });
});

test('Label All Tasks begins with the first open task of the list as it is shown; an empty list has none', async () => {
  const view = await shownList();
  await world.database.tasks.update(asId<'task'>('task-1'), { progress: 'submitted' });
  expect((await view.labelAll('displayed'))?.number).toBe(2);
  view.setFilter({ ...NO_FILTER, search: 'bird' });
  await expect.poll(() => view.shown).toBe(0);
  expect(await view.labelAll('displayed')).toBeNull();
});
