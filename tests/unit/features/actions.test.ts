import { annotationOf } from '../../fixtures/work';
import { asId, type TaskId } from '$lib/domain/ids';
import { ActionsState } from '$lib/features/data-manager/actions.svelte';
import { DataManagerState } from '$lib/features/data-manager/data-manager.svelte';
import { listPlaces } from '$lib/features/data-manager/list-places';
import type { Services } from '$lib/services/services';
import { notices } from '$lib/ui/notices.svelte';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { aBox, aPredictedBox, aPrediction } from '../../fixtures/builders';
import { aProjectWith, PROJECT, taskId, type World } from '../../fixtures/exchange';
import { onScreen, screenServices, whileOnScreen } from '../../fixtures/screen.svelte';
import { predict } from '../../fixtures/world';

const [POLYP, FOLD] = [asId<'label'>('label-1'), asId<'label'>('label-2')];
const SIZE = { width: 100, height: 80 };

let world: World;
beforeEach(async () => {
  listPlaces.clear();
  world = await aProjectWith(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']);
  return () => {
    for (const { id } of notices.list) notices.dismiss(id);
  };
});

/** The list of four tasks with its Actions menu; the first two are submitted with a polyp. */
async function aMenu() {
  const services = screenServices(world);
  for (const number of [1, 2]) await submit(services, taskId(number));
  const view = new DataManagerState(services, PROJECT);
  onTestFinished(view.follow());
  whileOnScreen(() => view.followList());
  const actions = new ActionsState(services, view);
  onTestFinished(actions.follow());
  onScreen(() => [view.list, actions.last, view.project]);
  await expect.poll(() => [view.shown, view.project?.name]).toEqual([4, 'kvasir']);
  const done = () => expect.poll(() => actions.isBusy).toBe(false);
  return { services, view, actions, done };
}
async function submit({ annotations }: Services, id: TaskId) {
  const regions = [aBox({ id: asId<'region'>(`of ${id}`) })];
  await annotations.submit(await annotations.open(id), regions, SIZE);
}
const stored = async () =>
  (await Promise.all([1, 2, 3, 4].map((number) => annotationOf(world.database, taskId(number))))).map(
    (annotation) => annotation?.regions.map(({ labelId }) => labelId) ?? null,
  );

describe('Delete Tasks', () => {
  test('asks first, and says how much work is in what is selected', async () => {
    const { view, actions, done } = await aMenu();
    view.select(1, false);
    view.select(2, false);
    actions.run('delete-tasks');
    await done();
    expect(actions.deleteQuestion).toEqual({ tasks: 2, submitted: 1, drafts: 0 });
    expect(view.shown).toBe(4);
  });

  test('deletes what is selected, lets the selection go, and can be undone whole', async () => {
    const { view, actions, done } = await aMenu();
    view.select(1, false);
    view.select(2, false);
    actions.deleteTasks();
    await done();
    await expect.poll(() => [...(view.list ?? [])]).toEqual([1, 4]);
    expect([view.selectedCount, actions.message, actions.deleteQuestion]).toEqual([
      0,
      'Delete Tasks: 2 tasks',
      null,
    ]);
    await expect.poll(() => actions.last?.action).toBe('delete-tasks');
    actions.undo();
    await done();
    await expect.poll(() => [...(view.list ?? [])]).toEqual([1, 2, 3, 4]);
    expect(await stored()).toEqual([[POLYP], [POLYP], null, null]);
    await expect.poll(() => actions.last).toBeNull();
  });
});

describe('Delete Annotations', () => {
  test('takes them from the selected tasks alone; pressed twice it is done once', async () => {
    const { view, actions, done } = await aMenu();
    view.select(0, false);
    actions.run('delete-annotations');
    actions.run('delete-annotations');
    await done();
    expect(await stored()).toEqual([null, [POLYP], null, null]);
    expect([...view.selection.numbers]).toEqual([1]);
    await expect.poll(() => actions.undoable.length).toBe(1);
  });

  test('that is undone says where something had been changed since and stays as it is', async () => {
    const { services, view, actions, done } = await aMenu();
    view.selectAll();
    actions.run('delete-annotations');
    await done();
    await submit(services, taskId(1));
    await expect.poll(() => actions.last).not.toBeNull();
    actions.undo();
    await done();
    expect(await stored()).toEqual([[POLYP], [POLYP], null, null]);
    expect(actions.message).toMatch(/1/);
  });

  test('can be made final: then there is nothing to undo', async () => {
    const { view, actions, done } = await aMenu();
    view.selectAll();
    actions.run('delete-annotations');
    await done();
    await expect.poll(() => actions.last).not.toBeNull();
    actions.forget(actions.last!);
    await expect.poll(() => actions.last).toBeNull();
    actions.undo();
    expect([actions.isBusy, await stored()]).toEqual([false, [null, null, null, null]]);
  });
});

describe('Merge Label', () => {
  test('opens its dialog, and gives the boxes of the selected tasks the other label', async () => {
    const { view, actions, done } = await aMenu();
    view.select(0, false);
    actions.run('merge-label');
    await done();
    expect(actions.isMerging).toBe(true);
    actions.mergeLabel(POLYP, FOLD);
    await done();
    expect([actions.isMerging, await stored()]).toEqual([false, [[FOLD], [POLYP], null, null]]);
  });

  test('into a new label makes that label first, with a colour and a key of its own', async () => {
    const { view, actions, done } = await aMenu();
    view.selectAll();
    actions.mergeLabel(POLYP, { newName: 'adenoma' });
    await done();
    const labels = (await world.database.projects.get(PROJECT))!.labels;
    expect(labels.map(({ name }) => name)).toEqual(['polyp', 'ポリープ', 'adenoma']);
    expect(new Set(labels.map(({ color, hotkey }) => `${color} ${hotkey}`)).size).toBe(3);
    const made = labels[2]!.id;
    expect(await stored()).toEqual([[made], [made], null, null]);
  });
});

describe('predictions', () => {
  test('without a connected model are deleted at once; nobody is asked whose', async () => {
    const { view, actions, done } = await aMenu();
    await predict(world.database, aPrediction({ taskId: taskId(3), regions: [aPredictedBox()] }));
    view.selectAll();
    actions.run('delete-predictions');
    await done();
    expect([actions.predictionDialog, await world.database.predictions.forTask(taskId(3))]).toEqual([
      null,
      [],
    ]);
  });

  test('become annotations of the tasks that nobody has touched, above the score that was chosen', async () => {
    const { view, actions, done } = await aMenu();
    for (const number of [2, 3, 4])
      await predict(
        world.database,
        aPrediction({
          id: asId<'prediction'>(`p${number}`),
          taskId: taskId(number),
          regions: [0.9, 0.2].map((score) => aPredictedBox({ labelId: FOLD, width: 9, height: 9, score })),
        }),
      );
    view.select(1, false);
    view.select(2, false);
    actions.run('create-annotations');
    await done();
    expect(actions.predictionDialog?.action).toBe('create-annotations');
    const anyModel = null;
    actions.apply(anyModel, { minScore: 0.5, as: 'submitted' });
    await done();
    expect([actions.predictionDialog, await stored()]).toEqual([null, [[POLYP], [POLYP], [FOLD], null]]);
  });
});

test('Copy Names puts the paths of the selected tasks into the clipboard, in the order of the list', async () => {
  const copied: string[] = [];
  vi.stubGlobal('navigator', {
    clipboard: { writeText: (text: string) => Promise.resolve(void copied.push(text)) },
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  const { view, actions, done } = await aMenu();
  view.select(2, false);
  view.select(0, false);
  actions.run('copy-names');
  await done();
  expect(copied).toEqual(['a.jpg\nc.jpg']);
});

test('what fails is told, and the menu can be used again', async () => {
  const { view, actions, done } = await aMenu();
  view.selectAll();
  await world.database.projects.delete(PROJECT);
  actions.mergeLabel(POLYP, { newName: 'adenoma' });
  await done();
  expect(notices.list.map(({ text }) => text)).toEqual([
    'This project does not exist in this browser. Go back to the projects.',
  ]);
});
