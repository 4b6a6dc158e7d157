import { makeImports } from '$lib/services/exchange/imports';
import { runJob, type JobContext } from '$lib/services/job';
import { copyFiles } from '$lib/services/sync/copy-files';
import { syncSource } from '$lib/services/sync/sync-source';
import { expect, test } from 'vitest';
import { aProject, aSource } from '../../fixtures/builders';
import { aWorld } from '../../fixtures/world';
import { drawnPictures, written } from '../../fixtures/wild';
import JSZip from 'jszip';
import { folderOfFiles } from '$lib/services/ports/file-list-folder';
import type { NamedFile } from '$lib/services/ports/folders';
import type { JobReport } from '$lib/services/ports/job-report';

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
    datasets: [{ kind, files: count, sourceId: aSource().id }],
  });
  // Nothing new has come: it was offered before.
  expect((await sync()).datasets).toBeUndefined();
});

test.each([
  ['pictures alone', {}],
  ['notes and settings', { 'notes.txt': 'hello', 'package.json': '{"name":"x"}', 'a.xml': '<x/>' }],
])('a folder of %s is no dataset', async (_, files) => {
  const { sync } = await aFolder([...pictures, ...written(files)]);
  expect(await sync()).not.toHaveProperty('datasets');
});

test('what is offered is what an import of the folder reads', async () => {
  const { world, sync } = await aFolder([
    ...pictures,
    ...written({ 'classes.txt': 'cat', 'labels/a.txt': LINE, 'x.pdf': 'x' }),
  ]);
  await sync();
  const { name, files } = await makeImports(world.ports).filesOfSource(
    { sourceId: aSource().id },
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

/** A storage whose files are copied into the browser, with what its sync, its import and choosing it again see. */
async function aCopiedFolder(files: readonly NamedFile[]) {
  const world = aWorld();
  const copies = () =>
    [...world.copied].map(([key, file]) => ({ path: key.slice('source-1/'.length), file }));
  Object.assign(world.ports.folders, { open: () => Promise.resolve(folderOfFiles('set', copies())) });
  await world.database.projects.put(aProject({ labels: [] }));
  await world.database.sources.put(aSource({ kind: 'copied' }));
  const sourceId = aSource().id;
  const run = async <Input, Report extends JobReport>(
    job: (input: Input, context: JobContext) => Promise<Report>,
    input: Input,
  ) => {
    const outcome = await runJob(job, input, world.context);
    if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
    return outcome.report;
  };
  await run(copyFiles, { sourceId, files, filter: '' });
  return {
    world,
    paths: () =>
      copies()
        .map(({ path }) => path)
        .sort(),
    text: (path: string) => world.copied.get(`source-1/${path}`)!.text(),
    sync: () => run(syncSource, { sourceId }),
    /** Chooses the folder again and agrees to what was found. */
    choose: async (again: readonly NamedFile[]) => {
      const chosen = { kind: 'copied', name: 'set', files: again, handle: null } as const;
      const { plan, datasets } = await run(syncSource, { sourceId, chosen });
      return run(syncSource, { sourceId, chosen, plan: plan!, ...(datasets && { datasets }) });
    },
  };
}

test('a folder that is copied into the browser is told too, and its labels are there to be imported', async () => {
  const { world, sync, paths } = await aCopiedFolder([
    ...pictures,
    ...written({ 'data.yaml': 'names: [cat]', 'labels/a.txt': LINE, 'labels/b.txt': '', 'set.zip': 'PK' }),
  ]);
  // A zip may hold all pictures once more.
  expect(paths()).toEqual(['data.yaml', 'images/a.png', 'images/b.png', 'labels/a.txt', 'labels/b.txt']);
  expect(await sync()).toMatchObject({
    counts: { added: 2 },
    datasets: [{ kind: 'yolo', files: 2, sourceId: aSource().id }],
  });
  const { files } = await makeImports(world.ports).filesOfSource(
    { sourceId: aSource().id },
    new AbortController().signal,
  );
  expect(files.find(({ path }) => path === 'labels/a.txt')?.file.size).toBe(LINE.length);
});

test('of a folder that is no dataset only the pictures are copied', async () => {
  const { paths } = await aCopiedFolder([...pictures, ...written({ 'notes.txt': 'hello', 'x.json': '{}' })]);
  expect(paths()).toEqual(['images/a.png', 'images/b.png']);
});

test('labels that no longer fit into the browser do not keep the pictures out', async () => {
  const world = aWorld();
  const room = pictures.reduce((sum, { file }) => sum + file.size, 0) + 10;
  Object.assign(world.ports.folders, { space: () => Promise.resolve({ used: 0, free: room }) });
  const files = [...pictures, ...written({ 'classes.txt': 'cat', 'labels/a.txt': LINE })];
  const outcome = await runJob(copyFiles, { sourceId: aSource().id, files, filter: '' }, world.context);
  expect(outcome).toMatchObject({ state: 'done', report: { counts: { copied: 2 } } });
});

test('a folder that is chosen again brings its labels as they are now', async () => {
  const { sync, choose, paths, text } = await aCopiedFolder([
    ...pictures,
    ...written({ 'classes.txt': 'cat', 'labels/a.txt': LINE, 'labels/b.txt': LINE }),
  ]);
  await sync();
  const changed = LINE.replace('0.5', '0.4');
  const again = [
    ...drawnPictures(['images/a.png', 'images/b.png', 'images/c.png']),
    ...written({ 'classes.txt': 'cat', 'labels/a.txt': changed, 'labels/c.txt': LINE }),
  ];
  expect(await choose(again)).toMatchObject({ counts: { added: 1 }, datasets: [{ kind: 'yolo', files: 2 }] });
  expect(paths()).toEqual([
    'classes.txt',
    'images/a.png',
    'images/b.png',
    'images/c.png',
    'labels/a.txt',
    'labels/c.txt',
  ]);
  expect(await text('labels/a.txt')).toBe(changed);
});

test('labels that come with pictures whose finding waits for a person are told once that is agreed to', async () => {
  const first = await aFolder([...pictures, ...written({ 'notes.txt': 'x' })]);
  await first.sync();
  Object.assign(first.world.ports.folders, {
    open: () =>
      Promise.resolve(
        folderOfFiles('set', [
          ...drawnPictures(['images/a.png', 'images/c.png']),
          ...written({ 'classes.txt': 'cat', 'labels/c.txt': LINE }),
        ]),
      ),
  });
  const { plan, datasets } = await first.sync();
  expect(plan).toMatchObject({ added: ['images/c.png'], missing: [{ path: 'images/b.png' }] });
  const agreed = { sourceId: aSource().id, plan: plan!, ...(datasets && { datasets }) };
  expect(await runJob(syncSource, agreed, first.world.context)).toMatchObject({
    report: { datasets: [{ kind: 'yolo', files: 1 }] },
  });
});

/** A zip as a download would be. */
async function zipped(files: Readonly<Record<string, string>>): Promise<ArrayBuffer> {
  const zip = new JSZip();
  for (const [path, content] of Object.entries(files)) zip.file(path, content);
  return zip.generateAsync({ type: 'arraybuffer' });
}

test('zips in a folder that are datasets are told by name, each to be imported by itself', async () => {
  const { world, sync } = await aFolder([
    ...pictures,
    ...written({
      'in/labels.zip': await zipped({ 'classes.txt': 'cat', 'labels/a.txt': LINE, '__MACOSX/._a.txt': 'x' }),
      'coco.zip': await zipped({ 'a.json': '{"images":[],"annotations":[],"categories":[]}' }),
      'holiday.zip': await zipped({ 'a.png': 'x' }),
      'half.zip': (await zipped({ 'a.txt': LINE })).slice(0, 40),
    }),
  ]);
  const { datasets } = await sync();
  expect(datasets).toEqual([
    { sourceId: aSource().id, kind: 'yolo', files: 1, zip: 'in/labels.zip' },
    { sourceId: aSource().id, kind: 'coco', files: 1, zip: 'coco.zip' },
  ]);
  const { name, files } = await makeImports(world.ports).filesOfSource(
    datasets![0]!,
    new AbortController().signal,
  );
  expect(name).toBe('labels.zip');
  expect(files.map(({ path }) => path)).toEqual(['labels.zip']);
});
