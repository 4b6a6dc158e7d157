import { asId } from '$lib/domain/ids';
import { checkExport } from '$lib/services/exchange/check-export';
import { exportDataset } from '$lib/services/exchange/export-dataset';
import { inspectFiles } from '$lib/services/sync/inspect-files';
import { runJob } from '$lib/services/job';
import { syncSource } from '$lib/services/sync/sync-source';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aProject, aSource } from '../../fixtures/builders';
import { diskFolder } from '../../fixtures/disk-folder';
import { aPng, aTiff, exifOf } from '../../fixtures/picture-bytes';
import { aWorld } from '../../fixtures/world';

const PROJECT = asId<'project'>('project-1');
const SELECTION = { projectId: PROJECT, taskIds: null, includeSkipped: true, includeUnfinished: true };

let world: ReturnType<typeof aWorld>;
let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'kakomi-export-'));
  world = aWorld();
  Reflect.set(world.context.ports.folders, 'open', () => Promise.resolve(diskFolder(root)));
  // Which pictures are written anew is decided by the real heads; only what a browser's canvas makes stands here.
  Reflect.set(world.context.ports.pictureFiles, 'uprightCopy', (file: File, page: number) =>
    Promise.resolve(new File([`page ${page} of ${file.name}, upright`], file.name)),
  );
  await world.database.projects.put(aProject());
  await world.database.sources.put(aSource());
  await writeFile(path.join(root, 'a.png'), aPng(9, 4));
  await writeFile(path.join(root, 'b.png'), aPng(9, 4, [['eXIf', exifOf(6)]]));
  await writeFile(path.join(root, 'c.tif'), aTiff([{ width: 5 }, { width: 6, orientation: 8 }]));
  await writeFile(path.join(root, 'd.tif'), aTiff([{ width: 7, orientation: 3 }]));
  await runJob(syncSource, { sourceId: asId<'source'>('source-1') }, world.context);
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('pictures that lie otherwise in their files are written anew, the others to the byte', async () => {
  const outcome = await runJob(
    exportDataset,
    {
      ...SELECTION,
      kind: 'coco-with-images',
      split: null,
      firstNumber: 1,
      target: { name: 'x.zip', kind: 'download', handle: null },
    },
    world.context,
  );
  expect(outcome).toMatchObject({ state: 'done', report: { counts: { images: 5 }, skippedCount: 0 } });
  const { images } = JSON.parse(world.written.get('result.json')!) as { images: { file_name: string }[] };
  expect(images.map((image) => image.file_name)).toEqual([
    'images/a.png',
    'images/b.png',
    'images/c.tif',
    'images/c.page2.png',
    'images/d.png',
  ]);
  expect([...world.written.keys()].slice(1)).toEqual(images.map((image) => image.file_name));
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  expect(world.written.get('images/a.png')).toBe(text(aPng(9, 4)));
  expect(world.written.get('images/b.png')).toBe('page 1 of b.png, upright');
  expect(world.written.get('images/c.tif')).toBe(text(aTiff([{ width: 5 }, { width: 6, orientation: 8 }])));
  expect(world.written.get('images/c.page2.png')).toBe('page 2 of c.tif, upright');
  expect(world.written.get('images/d.png')).toBe('page 1 of d.tif, upright');
});

test('the check before an export counts them, once their files were looked into', async () => {
  await runJob(inspectFiles, { projectId: PROJECT }, world.context);
  const check = (kind: 'coco-with-images' | 'coco') =>
    checkExport(world.database, SELECTION, kind, new AbortController().signal);
  expect(await check('coco-with-images')).toMatchObject({ tasks: 5, remade: 3 });
  expect(await check('coco')).toMatchObject({ remade: 0 });
});

test('a name that another picture has is made apart from it', async () => {
  await writeFile(path.join(root, 'd.png'), aPng(3, 3));
  await runJob(syncSource, { sourceId: asId<'source'>('source-1') }, world.context);
  await runJob(
    exportDataset,
    {
      ...SELECTION,
      kind: 'coco-with-images',
      split: null,
      firstNumber: 1,
      target: { name: 'x.zip', kind: 'download', handle: null },
    },
    world.context,
  );
  expect([...world.written.keys()]).toContain('images/d_2.png');
});
