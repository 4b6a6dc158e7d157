import { asId, epochMs } from '$lib/domain/ids';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { checkExport } from '$lib/services/exchange/check-export';
import { inspectFiles } from '$lib/services/sync/inspect-files';
import { runJob } from '$lib/services/job';
import { syncSource } from '$lib/services/sync/sync-source';
import { makeReplacedPictures } from '$lib/services/annotating/replaced-pictures';
import { makeTaskPictures } from '$lib/services/tasks/task-pictures';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aBox, aPrediction, aProject, aSource } from '../../fixtures/builders';
import { diskFolder } from '../../fixtures/disk-folder';
import { memoryPictures } from '../../fixtures/memory-pictures';
import { aWebp } from '../../fixtures/raster-bytes';
import { aWorld } from '../../fixtures/world';

const PROJECT = asId<'project'>('project-1');
/** Every WebP of the fixture is stored so. */
const STORED = { width: 60, height: 40 };
const upright = (orientation: number) => (orientation >= 5 ? { width: 40, height: 60 } : STORED);

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'kakomi-webp-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A WebP of an orientation in a project; `isOld`: as it was looked into before its orientation was honoured. */
async function aProjectWith(orientation: number, isOld: boolean) {
  const world = aWorld();
  Reflect.set(world.ports.folders, 'open', () => Promise.resolve(diskFolder(root)));
  Reflect.set(world.ports, 'pictures', memoryPictures(world.ports.folders));
  const { database } = world;
  await database.projects.put(aProject());
  await database.sources.put(aSource({ kind: 'directory' }));
  await writeFile(path.join(root, 'a.webp'), aWebp(orientation));
  await utimes(path.join(root, 'a.webp'), 1000, 1000);
  await runJob(syncSource, { sourceId: aSource().id }, world.context);
  await runJob(inspectFiles, { projectId: PROJECT }, world.context);
  const task = async () => (await database.tasks.page(PROJECT, 0, 1))[0]!;
  const { id } = await task();
  if (isOld) await database.tasks.update(id, { size: STORED, isTurned: false });
  const annotations = makeAnnotations(world.ports);
  const pictures = makeTaskPictures(world.ports);
  const replaced = makeReplacedPictures(world.ports);
  return {
    world,
    task,
    replaced,
    submit: async () =>
      annotations.submit(
        await annotations.open(id),
        [aBox({ x: 5, y: 5, width: 9, height: 7 })],
        (await task()).size!,
      ),
    /** As the labelling page opens it. */
    open: async () => {
      const opened = await annotations.open(id);
      const shown = await pictures.open(opened.task);
      return { opened, asked: replaced.of(opened, shown) };
    },
    told: async () => {
      const selection = { projectId: PROJECT, taskIds: null, includeSkipped: true, includeUnfinished: true };
      const check = await checkExport(database, selection, 'json', new AbortController().signal);
      return check.counts.get('picture-replaced') ?? 0;
    },
  };
}

const ORIENTATIONS = [2, 3, 4, 5, 6, 7, 8];

test.each(ORIENTATIONS)(
  'boxes drawn on a WebP as it was stored are asked about once it stands upright: orientation %i',
  async (orientation) => {
    const { submit, open, replaced, task, told } = await aProjectWith(orientation, true);
    await submit();
    for (let time = 0; time < 2; time += 1) {
      const { asked } = await open();
      expect(asked).toEqual({ before: STORED, now: upright(orientation), canScale: orientation >= 5 });
    }
    await expect.poll(told).toBe(1);
    const { opened, asked } = await open();
    await replaced.choose(opened, asked!, 'keep');
    expect((await open()).asked).toBe(null);
    expect(await task()).toMatchObject({ size: upright(orientation), isTurned: true, replacedBy: null });
  },
);

test.each(ORIENTATIONS)('so are what a model said of it alone: orientation %i', async (orientation) => {
  const { world, open, task } = await aProjectWith(orientation, true);
  const { id, projectId } = await task();
  await world.database.predictions.put([aPrediction({ taskId: id, projectId, createdAt: epochMs(1) })]);
  await world.database.tasks.update(id, { predictionCount: 1 });
  expect((await open()).asked).toMatchObject({ before: STORED, now: upright(orientation) });
  expect((await open()).asked).not.toBe(null);
});

test.each([1, ...ORIENTATIONS])(
  'nothing is asked of what was drawn upright: orientation %i',
  async (orientation) => {
    const { submit, open, told } = await aProjectWith(orientation, false);
    await submit();
    expect((await open()).asked).toBe(null);
    expect(await told()).toBe(0);
  },
);

test('a picture on which nothing was made simply stands upright', async () => {
  const { open, task } = await aProjectWith(3, true);
  expect((await open()).asked).toBe(null);
  expect(await task()).toMatchObject({ isTurned: true });
});
