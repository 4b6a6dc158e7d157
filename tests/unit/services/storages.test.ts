import { annotationOf } from '../../fixtures/work';
import { changeOfRegions } from '$lib/domain/change';
import { AppError } from '$lib/domain/errors';
import { asId, type RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { makeBulkEdits } from '$lib/services/bulk/bulk-edits';
import { editTasks } from '$lib/services/bulk/edit-tasks';
import { runJob } from '$lib/services/job';
import { syncSource } from '$lib/services/sync/sync-source';
import type { WorkerJobRequest } from '$lib/services/ports/jobs';
import { makeSources } from '$lib/services/sync/sources';
import { makeTaskPictures } from '$lib/services/tasks/task-pictures';
import { beforeEach, expect, test } from 'vitest';
import { aBox, aSource, aTask } from '../../fixtures/builders';
import { aProjectWith, PROJECT, taskId, type World } from '../../fixtures/exchange';

const SIZE = { width: 100, height: 80 };
const SOURCE = aSource();
const OTHER = aSource({ id: asId<'source'>('source-2'), title: 'other' });
let world: World;

const bulkEdits = () =>
  makeBulkEdits({
    ...world.ports,
    jobs: {
      run: ({ input }: WorkerJobRequest<'edit-tasks'>) => runJob(editTasks, input, world.context),
    } as unknown as typeof world.ports.jobs,
  });

/** Two tasks of the storage, one submitted and one drawn on, and one of another storage. */
beforeEach(async () => {
  world = await aProjectWith(['a.jpg', 'b.jpg']);
  const { database, ports } = world;
  await database.sources.put(OTHER);
  await database.tasks.add([
    aTask({ id: taskId(3), number: 3, path: 'c.jpg', sourceId: OTHER.id, size: SIZE }),
  ]);
  await world.db.table('handles').put({ sourceId: SOURCE.id, handle: { name: 'images' } });
  const annotations = makeAnnotations(ports);
  for (const number of [1, 3])
    await annotations.submit(await annotations.open(taskId(number)), [aBox()], SIZE);
  const { journal } = await annotations.open(taskId(2));
  const after = new Map<RegionId, Region>([[aBox().id, aBox()]]);
  await journal.append(changeOfRegions({ before: new Map(), after }), SIZE);
  journal.close();
  await annotations.countBehind();
});

async function everything() {
  const tables: Record<string, unknown> = {};
  for (const { name } of world.db.tables)
    if (name !== 'bulkActions' && name !== 'trash') tables[name] = await world.db.table(name).toArray();
  return tables;
}

test('a storage has another name and filter; a filter that is no pattern is refused', async () => {
  const sources = makeSources(world.ports);
  await sources.change(SOURCE.id, { title: ' Endoscopy ', filter: '.*png' });
  expect(await world.database.sources.get(SOURCE.id)).toEqual({
    ...SOURCE,
    title: 'Endoscopy',
    filter: '.*png',
  });
  await sources.change(SOURCE.id, { title: '  ', filter: '' });
  expect(await world.database.sources.get(SOURCE.id)).toMatchObject({ title: SOURCE.folderName, filter: '' });
});

test('a filter that leaves tasks out is shown before it is applied', async () => {
  const patterns = {
    check: () => Promise.resolve(null),
    matching: (filter: string, paths: readonly string[]) =>
      Promise.resolve(paths.filter((path) => new RegExp(filter).test(path))),
  };
  const ports = { ...world.context.ports, patterns };
  await makeSources(world.ports).change(SOURCE.id, { title: 'images', filter: 'a' });
  const { report } = (await runJob(syncSource, { sourceId: SOURCE.id }, { ...world.context, ports })) as {
    report: { plan?: { missing: readonly unknown[] } };
  };
  expect(report.plan!.missing).toHaveLength(1);
  expect(await world.database.tasks.get(taskId(2))).toMatchObject({ isMissing: false });
});

test('before a storage is removed, its tasks and the work in them are counted', async () => {
  expect(await makeSources(world.ports).workIn(SOURCE)).toEqual({ tasks: 2, submitted: 1, drafts: 1 });
});

test('a storage goes with its tasks, and an Undo brings all of it back', async () => {
  const before = await everything();
  const done = await bulkEdits().removeStorage(SOURCE, false, 'Remove Storage');
  expect(await world.database.sources.forProject(PROJECT)).toEqual([OTHER]);
  expect(await world.database.tasks.ids(PROJECT)).toEqual([taskId(3)]);
  expect(await annotationOf(world.database, taskId(1))).toBeUndefined();
  expect(await world.db.table('handles').toArray()).toEqual([]);
  expect(await world.database.tasks.counts(PROJECT)).toMatchObject({ submitted: 1, draft: 0, unlabelled: 0 });
  expect(await bulkEdits().undo(done!, 'Undo')).toEqual({ restored: 4, refused: 0 });
  expect(await everything()).toEqual(before);
});

test('a storage goes and its tasks stay: they open, say what is missing, and an Undo brings the storage back', async () => {
  await world.database.sources.put({ ...SOURCE, kind: 'directory' });
  const before = await everything();
  const done = await bulkEdits().removeStorage(SOURCE, true, 'Remove Storage');
  const sources = makeSources(world.ports);
  const shown = await new Promise((told) => sources.watch(PROJECT, told, told));
  expect(shown).toEqual([OTHER]);
  expect(await world.db.table('handles').toArray()).toEqual([]);
  const { task, annotation } = await makeAnnotations(world.ports).open(taskId(1));
  expect(annotation!.regions).toEqual([aBox()]);
  const failure = await makeTaskPictures(world.ports)
    .open(task)
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'storage-removed', about: { path: SOURCE.title } });
  expect(failure).toBeInstanceOf(AppError);
  // The picture itself is not to blame, and a folder can be chosen for the storage that is kept.
  expect(await world.database.tasks.get(taskId(1))).toMatchObject({ problem: null, isMissing: false });
  expect(await sources.get(SOURCE.id)).toMatchObject({ id: SOURCE.id, isRemoved: true });
  expect(await bulkEdits().undo(done!, 'Undo')).toMatchObject({ refused: 0 });
  expect(await everything()).toEqual(before);
});
