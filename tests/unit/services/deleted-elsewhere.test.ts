import { entriesOf, ME } from '../../fixtures/work';
import { changeOfRegions } from '$lib/domain/change';
import { asId, epochMs, type RegionId } from '$lib/domain/ids';
import { BACKED_UP_TABLES } from '$lib/domain/tables';
import type { Region } from '$lib/domain/region';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { applyPlan } from '$lib/services/sync/apply-plan';
import { makeWork } from '$lib/services/annotating/work';
import { beforeEach, describe, expect, test } from 'vitest';
import { aBox, aProject, aSource, aTask } from '../../fixtures/builders';
import { aWorld } from '../../fixtures/world';

const SIZE = { width: 100, height: 80 };
const PROJECT = asId<'project'>('project-1');
const TASK = asId<'task'>('task-1');

let world: ReturnType<typeof aWorld>;
beforeEach(async () => {
  world = aWorld();
  await world.database.projects.put(aProject());
  await world.database.sources.put(aSource());
  await world.database.tasks.add([aTask(), aTask({ id: asId('task-2'), number: 2, path: 'b.jpg' })]);
});

const change = (id: string) => {
  const box: Region = aBox({ id: asId<'region'>(id) });
  return { before: new Map<RegionId, Region>(), after: new Map([[box.id, box]]) };
};

/** Every row that names the task, by table. */
async function rowsOf(taskId: string): Promise<Readonly<Record<string, number>>> {
  const found: Record<string, number> = {};
  for (const name of BACKED_UP_TABLES)
    for await (const rows of world.database.dump.rows(name, null)) {
      const own = rows.filter((row) => row['taskId'] === taskId || row['id'] === taskId).length;
      if (own > 0) found[name] = own;
    }
  if (await world.database.thumbnails.get(asId(taskId))) found['thumbnails'] = 1;
  return found;
}

const DELETIONS: readonly (readonly [string, () => Promise<void>])[] = [
  ['its task', () => world.database.tasks.deleteMany([aTask()])],
  ['its project', () => world.database.projects.delete(PROJECT)],
];

describe.each(DELETIONS)('when another tab deletes %s', (_, remove) => {
  test('a first stroke, a later one and one after an undo are refused, and no row is left', async () => {
    const annotations = makeAnnotations(world.ports);
    const [fresh, begun] = [await annotations.open(asId('task-2')), await annotations.open(TASK)];
    await begun.journal.append(changeOfRegions(change('r1')), SIZE);
    await world.database.tasks.deleteMany([aTask({ id: asId('task-2'), number: 2, path: 'b.jpg' })]);
    await remove();
    const code = 'task-missing';
    await expect(fresh.journal.append(changeOfRegions(change('r1')), SIZE)).rejects.toMatchObject({ code });
    await expect(begun.journal.append(changeOfRegions(change('r2')), SIZE)).rejects.toMatchObject({ code });
    await expect(begun.journal.append(changeOfRegions(change('r1')), SIZE, 'undo')).rejects.toMatchObject({
      code,
    });
    expect([await rowsOf(TASK), await rowsOf('task-2')]).toEqual([{}, {}]);
    expect(begun.journal.length).toBe(1);
  });

  test('submit, skip, notes, times, orders and thumbnails are refused or leave nothing', async () => {
    const annotations = makeAnnotations(world.ports);
    const work = makeWork(world.ports);
    const [submitted, skipped] = [await annotations.open(TASK), await annotations.open(TASK)];
    await remove();
    const code = 'task-missing';
    await expect(annotations.submit(submitted, [aBox()], SIZE)).rejects.toMatchObject({ code });
    await expect(annotations.skip(skipped, [], SIZE)).rejects.toMatchObject({ code });
    await expect(work.setNote(aTask(), 'late')).rejects.toMatchObject({ code });
    await expect(work.setOrder(aTask(), [])).rejects.toMatchObject({ code });
    await expect(work.addTime(aTask(), 1000)).rejects.toMatchObject({ code });
    await world.database.thumbnails.put(TASK, { picture: new Blob(['late']), of: null }, epochMs(1));
    expect(await rowsOf(TASK)).toEqual({});
  });
});

test('a draft whose counts are still behind goes with its task, too', async () => {
  const { journal } = await makeAnnotations(world.ports).open(TASK);
  const appended = journal.append(changeOfRegions(change('r1')), SIZE);
  await appended;
  // The counts follow in a write of their own: the task does not know of its draft yet.
  await world.database.tasks.deleteMany([aTask()]);
  expect(await rowsOf(TASK)).toEqual({});
});

test('a stroke on a draft that another tab threw away is refused, not lost as saved', async () => {
  const annotations = makeAnnotations(world.ports);
  const { journal } = await annotations.open(TASK);
  await journal.append(changeOfRegions(change('r1')), SIZE);
  await world.database.drafts.delete({ taskId: TASK, profileId: ME });
  await expect(journal.append(changeOfRegions(change('r2')), SIZE)).rejects.toMatchObject({
    code: 'edited-elsewhere',
  });
  expect(await entriesOf(world.database, TASK)).toEqual([]);
});

test('a first stroke over an annotation that was submitted elsewhere meanwhile is refused', async () => {
  const annotations = makeAnnotations(world.ports);
  const [here, there] = [await annotations.open(TASK), await annotations.open(TASK)];
  await annotations.submit(there, [aBox()], SIZE);
  await expect(here.journal.append(changeOfRegions(change('r2')), SIZE)).rejects.toMatchObject({
    code: 'edited-elsewhere',
  });
  expect(await annotations.open(TASK)).toMatchObject({ draftLength: null, annotation: { revision: 1 } });
});

test('a sync of a project that was deleted meanwhile adds nothing', async () => {
  const folder = await world.ports.folders.open(aSource());
  await world.database.projects.delete(PROJECT);
  const plan = {
    added: ['c.jpg'],
    changed: [],
    moved: [],
    respelt: [],
    missing: [],
    restored: [],
    touched: [],
  };
  await expect(
    applyPlan(aSource(), folder, { ...plan, leftOut: 0 } as never, world.context),
  ).rejects.toMatchObject({ code: 'project-missing' });
  expect(await world.database.tasks.lastNumber(PROJECT)).toBe(0);
  expect(await world.database.sources.get(aSource().id)).toBeUndefined();
});

test('own strokes, also one that is just being written, do not count as changed in another tab', async () => {
  const annotations = makeAnnotations(world.ports);
  const opened = await annotations.open(TASK);
  const written = opened.journal.append(changeOfRegions(change('r1')), SIZE);
  expect(await annotations.isCurrent(opened)).toBe(true);
  await written;
  expect(await annotations.isCurrent(opened)).toBe(true);
  const there = await annotations.open(TASK);
  await there.journal.append(changeOfRegions(change('r2')), SIZE);
  expect(await annotations.isCurrent(opened)).toBe(false);
});
