import { asId, epochMs } from '$lib/domain/ids';
import type { SourceKind, SourceStorage } from '$lib/domain/source';
import { backupPictures } from '$lib/services/backup/backup-pictures';
import type { FolderAccess } from '$lib/services/ports/folders';
import { expect, test } from 'vitest';
import { aProject, aSource, aTask } from '../../fixtures/builders';
import { aWorld } from '../../fixtures/world';

test('what the pictures add to a backup is known before: their bytes, and which folders cannot be read', async () => {
  const world = aWorld();
  const { database } = world;
  await database.projects.put(aProject());
  await database.projects.put(aProject({ id: asId<'project'>('project-2'), name: 'other' }));
  const states: Record<string, FolderAccess> = { one: 'granted', two: 'ask', three: 'gone', four: 'granted' };
  const source = (id: string, project: string, kind: SourceKind = 'directory'): SourceStorage =>
    aSource({ id: asId<'source'>(id), projectId: asId<'project'>(project), kind });
  for (const one of [
    source('one', 'project-1'),
    source('two', 'project-1'),
    source('three', 'project-1', 'copied'),
    source('four', 'project-2'),
  ])
    await database.sources.put(one);
  Reflect.set(world.ports.folders, 'access', ({ id }: SourceStorage) => Promise.resolve(states[id]));
  let number = 0;
  const task = (sourceId: string, projectId: string, path: string, bytes: number | null, page = 1) =>
    aTask({
      id: asId<'task'>(`${sourceId}/${path}/${page}`),
      number: (number += 1),
      sourceId: asId<'source'>(sourceId),
      projectId: asId<'project'>(projectId),
      path,
      page,
      file: bytes === null ? null : { bytes, modifiedAt: epochMs(1), hash: path },
    });
  await database.tasks.add([
    task('one', 'project-1', 'a.tif', 1000),
    task('one', 'project-1', 'a.tif', 1000, 2),
    task('one', 'project-1', 'b.jpg', 3000),
    // Nobody has looked into it yet: as large as the others on average.
    task('one', 'project-1', 'c.jpg', null),
    { ...task('one', 'project-1', 'gone.jpg', 9000), isMissing: true },
    task('two', 'project-1', 'd.jpg', 100),
    task('three', 'project-1', 'e.jpg', 50_000),
    task('four', 'project-2', 'f.jpg', 7),
  ]);
  const ids = (sources: readonly SourceStorage[]) => sources.map(({ id }) => id);
  const mine = await backupPictures(world.ports, asId<'project'>('project-1'));
  expect({ ...mine, closed: ids(mine.closed), gone: ids(mine.gone) }).toEqual({
    bytes: 6100,
    count: 4,
    closed: ['two'],
    gone: ['three'],
  });
  expect(await backupPictures(world.ports, null)).toMatchObject({ bytes: 6107, count: 5 });
});
