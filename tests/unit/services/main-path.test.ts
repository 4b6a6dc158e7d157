import { draftOf, entriesOf, ME } from '../../fixtures/work';
import { changeOfRegions } from '$lib/domain/change';
import type { Size } from '$lib/domain/geometry';
import { asId, epochMs, type RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { runJob } from '$lib/services/job';
import { exportDataset } from '$lib/services/exchange/export-dataset';
import { syncSource } from '$lib/services/sync/sync-source';
import { makeProjects } from '$lib/services/projects/projects';
import { makeTasks } from '$lib/services/tasks/tasks';
import { beforeEach, describe, expect, test } from 'vitest';
import { aBox, aLabel, aProject } from '../../fixtures/builders';
import { aWorld } from '../../fixtures/world';
import type { Progress } from '$lib/services/ports/job-report';

const PROJECT = asId<'project'>('project-1');
const SOURCE = asId<'source'>('source-1');
const SIZE: Size = { width: 100, height: 80 };

let world: ReturnType<typeof aWorld>;
beforeEach(async () => {
  world = aWorld();
  await world.database.projects.put(aProject());
  await world.database.sources.put({
    id: SOURCE,
    projectId: PROJECT,
    kind: 'copied',
    title: 's',
    folderName: 'images',
    filter: '',
    createdAt: epochMs(1),
    lastSync: null,
  });
});

/** Agrees to whatever was found. */
const sync = async () => {
  const outcome = await runJob(syncSource, { sourceId: SOURCE }, world.context);
  const plan = outcome.state === 'done' ? outcome.report.plan : undefined;
  return plan ? runJob(syncSource, { sourceId: SOURCE, plan }, world.context) : outcome;
};
const tasks = () => world.database.tasks.page(PROJECT, 0, 10_000);
const change = (...boxes: readonly Region[]) => ({
  before: new Map<RegionId, Region>(),
  after: new Map(boxes.map((box) => [box.id, box])),
});

describe('sync', () => {
  test('numbers new pictures as people count, leaves out the rest, and adds nothing twice', async () => {
    for (const name of ['p10.jpg', 'p2.JPG', 'notes.txt', '._p2.jpg', 'sub/p1.png']) world.files.add(name);
    expect(await sync()).toMatchObject({ state: 'done', report: { counts: { added: 3 } } });
    expect((await tasks()).map((task) => task.path)).toEqual(['p2.JPG', 'p10.jpg', 'sub/p1.png']);
    expect(await sync()).toMatchObject({ report: { counts: { added: 0, leftOut: 2 } } });
  });

  test('marks what went away, keeps its boxes, and restores it', async () => {
    world.files.add('a.jpg').add('b.jpg');
    await sync();
    const [first] = await tasks();
    const opened = await makeAnnotations(world.ports).open(first!.id);
    await opened.journal.append(changeOfRegions(change(aBox())), SIZE);
    world.files.delete('a.jpg');
    expect(await sync()).toMatchObject({ report: { counts: { missing: 1 } } });
    expect((await tasks())[0]).toMatchObject({ isMissing: true, regionCount: 1, progress: 'draft' });
    world.files.add('a.jpg');
    expect(await sync()).toMatchObject({ report: { counts: { restored: 1 } } });
    expect((await tasks())[0]).toMatchObject({ isMissing: false, regionCount: 1 });
  });

  test('that was cancelled goes on when it is run again', async () => {
    for (let at = 0; at < 3000; at += 1) world.files.add(`${at}.jpg`);
    const cancel = new AbortController();
    // While names are read nobody knows how many there are.
    const report = ({ done, total }: Progress) => total !== null && done > 1000 && cancel.abort();
    expect(
      await runJob(syncSource, { sourceId: SOURCE }, { ...world.context, signal: cancel.signal, report }),
    ).toEqual({ state: 'cancelled' });
    const before = (await tasks()).length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(3000);
    await sync();
    expect((await tasks()).map((task) => task.number)).toEqual(
      Array.from({ length: 3000 }, (_, at) => at + 1),
    );
  });
});

describe('a draft', () => {
  test('is found again with every change, and its counts are on the task', async () => {
    world.files.add('a.jpg');
    await sync();
    const annotations = makeAnnotations(world.ports);
    const id = (await tasks())[0]!.id;
    const { journal } = await annotations.open(id);
    const other = aBox({ id: asId<'region'>('r2'), labelId: null });
    await journal.append(changeOfRegions(change(aBox())), SIZE);
    await journal.append(changeOfRegions(change(other)), SIZE);
    await journal.append(changeOfRegions({ before: change(aBox()).after, after: new Map() }), SIZE);
    const again = await annotations.open(id);
    expect([...again.regions.values()]).toEqual([other]);
    await expect
      .poll(() => world.database.tasks.get(id))
      .toMatchObject({ progress: 'draft', regionCount: 1, labelIds: [] });
    expect(await world.database.drafts.allBehind()).toEqual([]);
  });

  test('that was killed before it was counted is counted at the next start', async () => {
    world.files.add('a.jpg');
    await sync();
    const annotations = makeAnnotations(world.ports);
    const id = (await tasks())[0]!.id;
    const { journal } = await annotations.open(id);
    await journal.append(changeOfRegions(change(aBox())), SIZE);
    await expect.poll(() => world.database.drafts.allBehind()).toEqual([]);
    const second = change(aBox({ id: asId<'region'>('r2') }));
    await world.database.drafts.append(
      { taskId: id, profileId: ME, sequence: 2, change: changeOfRegions(second), step: 'do' },
      null,
    );
    expect(await world.database.tasks.get(id)).toMatchObject({ regionCount: 1 });
    await annotations.countBehind();
    expect(await world.database.tasks.get(id)).toMatchObject({ progress: 'draft', regionCount: 2 });
    expect(await world.database.drafts.allBehind()).toEqual([]);
  });

  test('that another tab goes on with is never overwritten', async () => {
    world.files.add('a.jpg');
    await sync();
    const annotations = makeAnnotations(world.ports);
    const id = (await tasks())[0]!.id;
    const [here, there] = [await annotations.open(id), await annotations.open(id)];
    await here.journal.append(changeOfRegions(change(aBox())), SIZE);
    await expect(there.journal.append(changeOfRegions(change(aBox({ x: 0 }))), SIZE)).rejects.toMatchObject({
      code: 'edited-elsewhere',
    });
    expect((await annotations.open(id)).regions.get(aBox().id)?.x).toBe(aBox().x);
  });

  test('is gone once it is submitted, and a stale submit is refused', async () => {
    world.files.add('a.jpg');
    await sync();
    const annotations = makeAnnotations(world.ports);
    const id = (await tasks())[0]!.id;
    const [opened, stale] = [await annotations.open(id), await annotations.open(id)];
    await opened.journal.append(changeOfRegions(change(aBox())), SIZE);
    await annotations.submit(opened, [aBox()], SIZE);
    await expect(annotations.submit(stale, [], SIZE)).rejects.toMatchObject({ code: 'edited-elsewhere' });
    const again = await annotations.open(id);
    expect([again.draftLength, again.annotation?.revision, again.regions.size]).toEqual([null, 1, 1]);
    expect(await world.database.tasks.counts(PROJECT)).toEqual({
      unlabelled: 0,
      draft: 0,
      submitted: 1,
      skipped: 0,
    });
  });
});

test('the next open task is after this one, else from the start, else none', async () => {
  for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) world.files.add(name);
  await sync();
  const annotations = makeAnnotations(world.ports);
  const use = makeTasks(world.ports);
  const all = await tasks();
  await annotations.submit(await annotations.open(all[2]!.id), [], SIZE);
  expect((await use.nextOpen(PROJECT, 1))?.number).toBe(2);
  expect((await use.nextOpen(PROJECT, 2))?.number).toBe(1);
  await annotations.skip(await annotations.open(all[0]!.id), [], null);
  await annotations.submit(await annotations.open(all[1]!.id), [], SIZE);
  expect(await use.nextOpen(PROJECT, 0)).toBeNull();
});

describe('export', () => {
  const run = (scope: 'submitted' | 'all', firstNumber: 0 | 1 = 1) =>
    runJob(
      exportDataset,
      {
        projectId: PROJECT,
        kind: 'coco-with-images',
        taskIds: null,
        includeSkipped: scope === 'all',
        includeUnfinished: scope === 'all',
        split: null,
        firstNumber,
        target: { name: 'x.zip', kind: 'download', handle: null },
      },
      world.context,
    );
  const coco = () =>
    JSON.parse(world.written.get('result.json')!) as {
      images: { file_name: string }[];
      annotations: { bbox: number[]; category_id: number }[];
    };

  beforeEach(async () => {
    for (const name of ['a/x.jpg', 'b/x.jpg', 'c.jpg', 'd.jpg']) world.files.add(name);
    await sync();
    const annotations = makeAnnotations(world.ports);
    const [a, b, c, d] = await tasks();
    const outside = aBox({ id: asId<'region'>('out'), x: 200 });
    const unlabelled = aBox({ id: asId<'region'>('none'), labelId: null });
    await annotations.submit(
      await annotations.open(a!.id),
      [aBox({ x: 90, y: -5, width: 50, height: 20 }), outside, unlabelled],
      SIZE,
    );
    await annotations.submit(await annotations.open(b!.id), [], SIZE);
    await annotations.skip(await annotations.open(c!.id), [aBox()], SIZE);
    await (await annotations.open(d!.id)).journal.append(changeOfRegions(change(aBox())), SIZE);
  });

  test('takes what was submitted, the deliberately empty with it; clips; and says what stayed out', async () => {
    const outcome = await run('submitted');
    expect(outcome).toMatchObject({
      state: 'done',
      report: { counts: { images: 2, boxes: 1 }, skippedCount: 2 },
    });
    expect(coco().images.map((image) => image.file_name)).toEqual(['images/x.jpg', 'images/x_2.jpg']);
    expect(coco().annotations).toMatchObject([{ bbox: [90, 0, 10, 15], category_id: 1 }]);
    expect([...world.written.keys()]).toEqual(['result.json', 'images/x.jpg', 'images/x_2.jpg']);
    expect(world.written.get('images/x_2.jpg')).toBe('b/x.jpg');
  });

  test('of all tasks takes drafts and skipped ones too; numbers from 0 by choice', async () => {
    await run('all', 0);
    expect(coco().images).toHaveLength(4);
    expect(coco().annotations.map((annotation) => annotation.category_id)).toEqual([0, 0, 0]);
  });
});

test('a list of labels that knows nothing of one takes none away', async () => {
  world.files.add('a.jpg');
  await sync();
  const annotations = makeAnnotations(world.ports);
  const opened = await annotations.open((await tasks())[0]!.id);
  await opened.journal.append(changeOfRegions(change(aBox())), SIZE);
  const projects = makeProjects(world.ports);
  await projects.update(PROJECT, { labels: [] });
  expect((await world.database.projects.get(PROJECT))?.labels).toEqual([aLabel()]);
  await projects.update(PROJECT, { labels: [aLabel({ name: 'renamed' })] });
  expect((await world.database.projects.get(PROJECT))?.labels[0]?.name).toBe('renamed');
});

test('a deleted project leaves nothing behind', async () => {
  world.files.add('a.jpg');
  await sync();
  const opened = await makeAnnotations(world.ports).open((await tasks())[0]!.id);
  await opened.journal.append(changeOfRegions(change(aBox())), SIZE);
  await makeProjects(world.ports).remove(PROJECT);
  expect(await tasks()).toEqual([]);
  expect(await draftOf(world.database, opened.task.id)).toBeUndefined();
  expect(await entriesOf(world.database, opened.task.id)).toEqual([]);
});
