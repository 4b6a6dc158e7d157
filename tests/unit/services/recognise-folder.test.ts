import { makeImports } from '$lib/services/imports';
import { runJob } from '$lib/services/jobs/job';
import { syncSource } from '$lib/services/jobs/sync-source';
import { expect, test } from 'vitest';
import { aProject, aSource } from '../../fixtures/builders';
import { aWorld } from '../../fixtures/world';
import { drawnPictures, written } from '../../fixtures/wild';
import { folderOfFiles } from '$lib/services/folder-of-files';
import type { NamedFile } from '$lib/services/ports/folders';

async function aFolder(files: readonly NamedFile[]) {
  const world = aWorld();
  Object.assign(world.ports.folders, { open: () => Promise.resolve(folderOfFiles('set', files)) });
  await world.database.projects.put(aProject({ labels: [] }));
  await world.database.sources.put(aSource());
  const sync = async () => {
    const outcome = await runJob(syncSource, { sourceId: aSource().id }, world.context);
    if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
    return outcome.report;
  };
  return { world, sync };
}
const LINE = '0 0.5 0.5 0.2 0.2\n';
const pictures = drawnPictures(['images/a.png', 'images/b.png']);

test.each([
  ['yolo', { 'data.yaml': 'names: [cat]', 'labels/a.txt': LINE, 'labels/b.txt': '' }, 2],
  ['yolo', { 'classes.txt': 'cat', 'images/a.txt': LINE }, 1],
  [
    'voc',
    { 'Annotations/a.xml': '<annotation><filename>a.png</filename></annotation>', 'README.txt': 'x' },
    1,
  ],
  ['coco', { 'a.json': '{"images":[],"annotations":[],"categories":[]}', '._a.json': 'x' }, 1],
] as const)('a folder that is %s is told by its first sync', async (kind, files, count) => {
  const { sync } = await aFolder([...pictures, ...written(files)]);
  expect(await sync()).toMatchObject({
    counts: { added: 2 },
    dataset: { kind, files: count, sourceId: aSource().id },
  });
  // Nothing new has come: it was offered before.
  expect((await sync()).dataset).toBeUndefined();
});

test.each([
  ['pictures alone', {}],
  ['notes and settings', { 'notes.txt': 'hello', 'package.json': '{"name":"x"}', 'a.xml': '<x/>' }],
])('a folder of %s is no dataset', async (_, files) => {
  const { sync } = await aFolder([...pictures, ...written(files)]);
  expect(await sync()).not.toHaveProperty('dataset');
});

test('what is offered is what an import of the folder reads', async () => {
  const { world, sync } = await aFolder([
    ...pictures,
    ...written({ 'classes.txt': 'cat', 'labels/a.txt': LINE, 'x.pdf': 'x' }),
  ]);
  await sync();
  const { name, files } = await makeImports(world.ports).filesOfSource(
    aSource().id,
    new AbortController().signal,
  );
  expect(name).toBe(aSource().folderName);
  expect(files.map(({ path }) => path).sort()).toEqual([
    'classes.txt',
    'images/a.png',
    'images/b.png',
    'labels/a.txt',
  ]);
});
