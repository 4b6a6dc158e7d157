import { asId } from '$lib/domain/ids';
import type { SourceStorage } from '$lib/domain/source';
import { ProjectFolders } from '$lib/features/data-manager/project-folders.svelte';
import type { FolderAccess } from '$lib/services/ports/folders';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { aSource } from '../../fixtures/builders';
import { aProjectWith, PROJECT, type World } from '../../fixtures/exchange';
import { onScreen, screenServices } from '../../fixtures/screen.svelte';

let world: World;
let access: Map<string, FolderAccess>;
let asked: string[];
beforeEach(async () => {
  world = await aProjectWith([]);
  access = new Map();
  asked = [];
  await world.database.sources.put(directory('colon'));
  await world.database.sources.put(directory('stomach'));
});

const directory = (id: string) => aSource({ id: asId<'source'>(id), kind: 'directory', title: id });

/** The folders of the project in a browser whose person allows everything that is asked for but `refused`. */
function folders(refused: readonly string[] = []) {
  const state = new ProjectFolders(
    screenServices(world, {
      folders: {
        ...world.ports.folders,
        access: ({ id }: SourceStorage) => Promise.resolve(access.get(id) ?? 'granted'),
        requestAccess({ id }: SourceStorage) {
          asked.push(id);
          if (!refused.includes(id)) access.set(id, 'granted');
          return Promise.resolve(access.get(id) ?? 'granted');
        },
      },
    }),
    PROJECT,
  );
  onTestFinished(state.follow());
  onScreen(() => [state.all, state.closed, state.gone]);
  return state;
}
const titles = (sources: readonly SourceStorage[]) => sources.map(({ title }) => title).sort();

test('folders that can be read are not spoken of', async () => {
  const state = folders();
  await expect.poll(() => titles(state.all)).toEqual(['colon', 's', 'stomach']);
  await state.check();
  expect([state.closed, state.gone]).toEqual([[], []]);
});

test('folders that the browser has closed are told apart from those that are gone', async () => {
  access.set('colon', 'ask').set('stomach', 'gone');
  const state = folders();
  await expect.poll(() => titles(state.closed)).toEqual(['colon']);
  expect(titles(state.gone)).toEqual(['stomach']);
});

test('one click asks for all closed folders, and for no other; what was refused stays closed', async () => {
  access.set('colon', 'ask').set('stomach', 'ask');
  const state = folders(['stomach']);
  await expect.poll(() => titles(state.closed)).toEqual(['colon', 'stomach']);
  await state.allow();
  await state.check();
  expect([asked.sort(), titles(state.closed)]).toEqual([['colon', 'stomach'], ['stomach']]);
});

test('a storage that another tab adds is looked at as well', async () => {
  const state = folders();
  await expect.poll(() => state.all.length).toBe(3);
  access.set('liver', 'ask');
  await world.database.sources.put(directory('liver'));
  await expect.poll(() => titles(state.closed)).toEqual(['liver']);
});
