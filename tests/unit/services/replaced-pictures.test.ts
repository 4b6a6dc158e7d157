import { ME } from '../../fixtures/work';
import { changeOfRegions } from '$lib/domain/change';
import { asId, epochMs, type RegionId } from '$lib/domain/ids';
import type { ReplacedChoice } from '$lib/domain/replaced';
import type { SyncPlan } from '$lib/domain/sync';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { checkExport } from '$lib/services/exchange/check-export';
import { evaluate } from '$lib/services/evaluation/evaluate-model';
import { inspectFiles } from '$lib/services/sync/inspect-files';
import { runJob } from '$lib/services/job';
import { syncSource } from '$lib/services/sync/sync-source';
import { makeReplacedPictures } from '$lib/services/annotating/replaced-pictures';
import { makeTaskPictures } from '$lib/services/tasks/task-pictures';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aBox, aProject, aSource } from '../../fixtures/builders';
import { diskFolder } from '../../fixtures/disk-folder';
import { exported } from '../../fixtures/exchange';
import { memoryPictures } from '../../fixtures/memory-pictures';
import { aPng } from '../../fixtures/picture-bytes';
import { aWorld } from '../../fixtures/world';

const PROJECT = asId<'project'>('project-1');
const SOURCE = asId<'source'>('source-1');

let world: ReturnType<typeof aWorld>;
let root: string;
let pictures: ReturnType<typeof makeTaskPictures>;
let annotations: ReturnType<typeof makeAnnotations>;
let replaced: ReturnType<typeof makeReplacedPictures>;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'kakomi-replaced-'));
  world = aWorld();
  Reflect.set(world.ports.folders, 'open', () => Promise.resolve(diskFolder(root)));
  Reflect.set(world.ports, 'pictures', memoryPictures(world.ports.folders));
  pictures = makeTaskPictures(world.ports);
  annotations = makeAnnotations(world.ports);
  replaced = makeReplacedPictures(world.ports);
  await world.database.projects.put(aProject());
  await world.database.sources.put(aSource({ kind: 'directory' }));
  await picture('a.png', 100, 80);
  await sync();
});
afterEach(() => rm(root, { recursive: true, force: true }));

let seconds = 1000;
/** A picture of a size, with a time of its own. */
async function picture(name: string, width: number, height: number): Promise<void> {
  await writeFile(path.join(root, name), aPng(width, height));
  await utimes(path.join(root, name), seconds, (seconds += 1));
}
async function sync(): Promise<void> {
  for (let plan: SyncPlan | undefined; ;) {
    const outcome = await runJob(syncSource, { sourceId: SOURCE, ...(plan && { plan }) }, world.context);
    if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
    plan = outcome.report.plan;
    if (!plan) break;
  }
  expect(await runJob(inspectFiles, { projectId: PROJECT }, world.context)).toMatchObject({ state: 'done' });
}
const task = async () => (await world.database.tasks.page(PROJECT, 0, 1))[0]!;
const box = aBox({ x: 10, y: 20, width: 30, height: 40 });
const draw = async () => {
  const { journal } = await annotations.open((await task()).id);
  const size = { width: 100, height: 80 };
  await journal.append(
    changeOfRegions({ before: new Map<RegionId, typeof box>(), after: new Map([[box.id, box]]) }),
    size,
  );
};
const submit = async () => {
  const opened = await annotations.open((await task()).id);
  await annotations.submit(opened, [box], { width: 100, height: 80 });
};
/** As the labelling page opens it. */
async function open() {
  const opened = await annotations.open((await task()).id);
  const shown = await pictures.open(opened.task);
  return { opened, shown, asked: replaced.of(opened, shown) };
}
/** What opening teaches is written behind it. */
const learnt = async (about: object) => expect.poll(task).toMatchObject(about);
const check = async () =>
  checkExport(
    world.database,
    { projectId: PROJECT, taskIds: null, includeSkipped: true, includeUnfinished: true },
    'coco',
    new AbortController().signal,
  );

test('a file that was only touched is the same picture', async () => {
  await submit();
  await utimes(path.join(root, 'a.png'), 5000, 5000);
  expect((await open()).asked).toBe(null);
  await learnt({ file: { modifiedAt: 5_000_000 }, replacedBy: null });
});

test('a picture on which nothing was made simply is another one', async () => {
  const blob = await pictures.thumbnail((await task()).id);
  expect(blob.size).toBe(aPng(100, 80).length);
  await picture('a.png', 50, 70);
  expect(await pictures.changedSince([await task()])).toEqual([(await task()).id]);
  expect((await pictures.thumbnail((await task()).id)).size).toBe(aPng(50, 70).length);
  const { asked, shown } = await open();
  expect([asked, shown.size]).toEqual([null, { width: 50, height: 70 }]);
  await learnt({ size: { width: 50, height: 70 }, file: { bytes: aPng(50, 70).length } });
});

test('the picture on the screen is held against its file on coming back', async () => {
  const { opened, shown } = await open();
  expect(await pictures.isCurrent(opened.task, shown)).toBe(true);
  await picture('a.png', 100, 81);
  expect(await pictures.isCurrent(opened.task, shown)).toBe(false);
  // A file that is being written anew is not gone.
  await rm(path.join(root, 'a.png'));
  expect(await pictures.isCurrent(opened.task, shown)).toBe(true);
});

const choices: readonly (readonly [ReplacedChoice, readonly object[]])[] = [
  ['keep', [{ x: 10, y: 20, width: 30, height: 40 }]],
  ['scale', [{ x: 20, y: 60, width: 60, height: 120 }]],
  ['anew', []],
];
test.each(choices)(
  'the boxes of a replaced picture: %s, as a step that can be undone, on what was submitted and what was not',
  async (choice, expected) => {
    for (const work of [draw, submit]) {
      if (work === submit) await picture('a.png', 100, 80);
      await world.database.drafts.delete({ taskId: (await task()).id, profileId: ME });
      await world.database.tasks.update((await task()).id, { file: null, replacedBy: null });
      await runJob(inspectFiles, { projectId: PROJECT }, world.context);
      await work();
      await picture('a.png', 200, 240);
      const { opened, asked } = await open();
      expect(asked).toEqual({
        before: { width: 100, height: 80 },
        now: { width: 200, height: 240 },
        canScale: true,
      });
      // Undecided, it is told wherever its boxes would go out.
      expect((await check()).counts.get('picture-replaced')).toBe(1);
      await replaced.choose(opened, asked!, choice);

      const after = await open();
      expect(after.asked).toBe(null);
      expect([...after.opened.regions.values()]).toMatchObject(expected);
      expect(after.opened.draftSize).toEqual({ width: 200, height: 240 });
      expect(await task()).toMatchObject({
        progress: 'draft',
        regionCount: expected.length,
        replacedBy: null,
      });
      if (choice !== 'keep') {
        const undone = after.opened.history.done.at(-1)!;
        expect([...undone.regions.before.values()]).toEqual([box]);
      }
      if (work === draw) continue;
      expect((await annotations.open((await task()).id)).annotation).toMatchObject({
        regions: [box],
        imageSize: { width: 100, height: 80 },
      });
      await annotations.submit(after.opened, [...after.opened.regions.values()], after.shown.size);
      const versions = await world.database.versions.forTask((await task()).id);
      expect(versions.map(({ imageSize }) => imageSize)).toEqual([
        { width: 100, height: 80 },
        { width: 200, height: 240 },
      ]);
      expect((await check()).counts.get('picture-replaced')).toBe(undefined);
    }
  },
);

test('of the same size with other content it is asked, too; a sync asks as well, once', async () => {
  await submit();
  await writeFile(path.join(root, 'a.png'), new Uint8Array([...aPng(100, 80), 1]));
  await sync();
  expect(await task()).toMatchObject({
    size: { width: 100, height: 80 },
    file: { bytes: aPng(100, 80).length },
    replacedBy: { bytes: aPng(100, 80).length + 1 },
  });
  // Nothing more to hear of until somebody decides.
  expect(await runJob(syncSource, { sourceId: SOURCE }, world.context)).toMatchObject({
    report: { counts: { added: 0 } },
  });
  const { opened, asked } = await open();
  expect(asked).toMatchObject({ canScale: false });
  // Another tab submits meanwhile: the choice is refused, nothing is written over.
  await submit();
  await expect(replaced.choose(opened, asked!, 'anew')).rejects.toMatchObject({ code: 'edited-elsewhere' });
  expect((await annotations.open((await task()).id)).annotation?.revision).toBe(2);
});

test('an export with pictures tells of one that was replaced and that nobody has opened since', async () => {
  await submit();
  const skipped = async () => {
    const { report } = await exported(world, { kind: 'coco-with-images' });
    return report.skipped.map(({ path, code }) => [path, code]);
  };
  expect(await skipped()).toEqual([]);
  await utimes(path.join(root, 'a.png'), 7000, 7000);
  expect(await skipped()).toEqual([]);
  await picture('a.png', 200, 240);
  expect(await skipped()).toEqual([['a.png', 'picture-replaced']]);
  // Noticed, it is told once.
  await open();
  await learnt({ size: { width: 200, height: 240 } });
  expect(await skipped()).toEqual([['a.png', 'picture-replaced']]);
});

test('a model is not judged on a picture that was replaced', async () => {
  await submit();
  const said = { projectId: PROJECT, modelId: asId<'model'>('import:m'), modelVersion: 1 };
  await world.database.predictions.put([
    {
      ...said,
      id: asId<'prediction'>('p'),
      taskId: (await task()).id,
      regions: [],
      rejected: [],
      createdAt: epochMs(1),
    },
  ]);
  const judge = () =>
    evaluate(world.database, said, { signal: new AbortController().signal, report: () => undefined });
  expect((await judge()).left).toMatchObject({ replaced: 0, tasksWithoutPrediction: 0 });
  await picture('b.png', 10, 10);
  await sync();
  const [, other] = await world.database.tasks.page(PROJECT, 0, 2);
  await annotations.submit(await annotations.open(other!.id), [], { width: 10, height: 10 });
  await world.database.predictions.put([
    {
      ...said,
      id: asId<'prediction'>('q'),
      taskId: other!.id,
      regions: [],
      rejected: [],
      createdAt: epochMs(1),
    },
  ]);
  await picture('a.png', 200, 240);
  await open();
  await learnt({ size: { width: 200, height: 240 } });
  expect(await judge()).toMatchObject({ left: { replaced: 1 }, numbers: Int32Array.from([2]) });
});
