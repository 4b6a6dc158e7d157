import { makeAnnotations } from '$lib/services/annotating/annotations';
import { notices } from '$lib/ui/notices.svelte';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { aProjectWith, PROJECT, taskId, type World } from '../../fixtures/exchange';
import { draw, labellingPage } from '../../fixtures/labelling.svelte';

let world: World;
beforeEach(async () => {
  world = await aProjectWith(['a.jpg', 'b.jpg']);
  return () => {
    for (const { id } of notices.list) notices.dismiss(id);
  };
});

/** The page on a task with a box, and what the same person's other tab can do. */
async function aPageInTwoTabs() {
  const { page, services } = await labellingPage(world);
  onTestFinished(page.followOpen(taskId(1)));
  await draw(page, 10, 10, 40, 30);
  const deleteHere = (number: number) =>
    services.bulkEdits.delete(PROJECT, 'delete-tasks', Int32Array.of(number), 'Delete Tasks');
  return { page, services, deleteHere };
}

test('a task that another tab deletes is said to be gone, and takes no more strokes', async () => {
  const { page, deleteHere } = await aPageInTwoTabs();
  expect(page.deleted.isGone).toBe(false);
  await deleteHere(1);
  await expect.poll(() => page.deleted.isGone).toBe(true);
  await draw(page, 50, 40, 80, 70);
  expect([page.current?.now.isReadOnly, page.current?.now.regions.size]).toEqual([true, 1]);
  expect(notices.list).toEqual([]);
});

test('is brought back from the page itself, with its unsent boxes, and takes strokes again', async () => {
  const { page, deleteHere } = await aPageInTwoTabs();
  await deleteHere(1);
  await expect.poll(() => page.deleted.deletion?.action).toBe('delete-tasks');
  await page.deleted.undo('Undo');
  await expect.poll(() => page.deleted.isGone).toBe(false);
  await expect.poll(() => page.current?.now.isReadOnly).toBe(false);
  await draw(page, 50, 40, 80, 70);
  const { regions } = await makeAnnotations(world.ports).open(taskId(1));
  expect([...regions.values()].map(({ id }) => id)).toHaveLength(2);
});

test('without a deletion that can be taken back there is nothing to bring back', async () => {
  const { page } = await aPageInTwoTabs();
  const task = (await world.database.tasks.get(taskId(1)))!;
  await world.database.tasks.deleteMany([task]);
  await expect.poll(() => page.deleted.isGone).toBe(true);
  await page.deleted.undo('Undo');
  expect([page.deleted.deletion, page.deleted.isGone, await world.database.tasks.get(taskId(1))]).toEqual([
    null,
    true,
    undefined,
  ]);
});

test('another task that is deleted does not concern the open one', async () => {
  const { page, deleteHere } = await aPageInTwoTabs();
  await deleteHere(2);
  await draw(page, 50, 40, 80, 70);
  expect([page.deleted.isGone, page.current?.now.regions.size]).toEqual([false, 2]);
});
