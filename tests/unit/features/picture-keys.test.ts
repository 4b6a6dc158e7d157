import { epochMs } from '$lib/domain/ids';
import { DataManagerState } from '$lib/features/data-manager/data-manager.svelte';
import { listPlaces } from '$lib/features/data-manager/list-places';
import { PictureKeys } from '$lib/features/data-manager/picture-keys.svelte';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { aProjectWith, PROJECT, taskId, type World } from '../../fixtures/exchange';
import { memoryPictures } from '../../fixtures/memory-pictures';
import { onScreen, screenServices, whileOnScreen } from '../../fixtures/screen.svelte';

let world: World;
let modifiedAt: Map<string, number>;
beforeEach(async () => {
  listPlaces.clear();
  world = await aProjectWith(['a.jpg', 'b.jpg', 'c.jpg']);
  modifiedAt = new Map();
});

/** The list of three tasks, its thumbnails made, over files whose times a test can change. */
async function thumbnails() {
  const { folders } = world.ports;
  const services = screenServices(world, {
    pictures: {
      ...memoryPictures(folders),
      thumbnail: (_, path) => Promise.resolve({ picture: new Blob(), size: SIZE, file: fileOf(path) }),
      seen: (_, path) => Promise.resolve(fileOf(path)),
    },
  });
  const view = new DataManagerState(services, PROJECT);
  onTestFinished(view.follow());
  whileOnScreen(() => view.followList());
  whileOnScreen(() => view.requestRows());
  whileOnScreen(() => view.followRows());
  onScreen(() => [view.list, view.visible, view.rows]);
  await expect.poll(() => view.rows.size).toBe(3);
  for (const number of [1, 2, 3]) await services.tasks.thumbnail(taskId(number));
  for (const number of [1, 2, 3])
    await expect.poll(() => world.database.thumbnails.get(taskId(number))).toBeDefined();
  const keys = new PictureKeys(services, view);
  return { keys, shown: () => [1, 2, 3].map((number) => keys.of(taskId(number))), view };
}

const SIZE = { width: 100, height: 80 };
const fileOf = (path: string) => ({ bytes: 5, modifiedAt: epochMs(modifiedAt.get(path) ?? 500) });

test('each task has a key of its own, which stays while its picture does', async () => {
  const { keys, shown } = await thumbnails();
  const before = shown();
  expect(new Set(before).size).toBe(3);
  await keys.checkForChanges();
  expect(shown()).toEqual(before);
});

test('only a task whose picture has changed gets another key', async () => {
  const { keys, shown } = await thumbnails();
  const before = shown();
  modifiedAt.set('b.jpg', 900);
  await keys.checkForChanges();
  const [a, b, c] = shown();
  expect([a, c]).toEqual([before[0], before[2]]);
  expect(b).not.toBe(before[1]);
});

test('a component that shows a key learns of a change', async () => {
  const { keys } = await thumbnails();
  const { seen } = onScreen(() => keys.of(taskId(2)));
  modifiedAt.set('b.jpg', 900);
  await keys.checkForChanges();
  await expect.poll(() => new Set(seen).size).toBe(2);
});

test('a picture that changes a second time gets a third key', async () => {
  const { keys, shown } = await thumbnails();
  const seen = new Set([shown()[1]]);
  for (const time of [900, 901]) {
    modifiedAt.set('b.jpg', time);
    await keys.checkForChanges();
    seen.add(shown()[1]);
  }
  expect(seen.size).toBe(3);
});

test('pictures that are not visible are not looked at', async () => {
  const { keys, shown, view } = await thumbnails();
  const before = shown();
  view.setFilter({ ...view.query.filter, search: 'a.jpg' });
  await expect.poll(() => view.visible).toEqual([1]);
  modifiedAt.set('b.jpg', 900);
  await keys.checkForChanges();
  expect(shown()).toEqual(before);
});
