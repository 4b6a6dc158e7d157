import { annotationOf, by, ME } from '../../fixtures/work';
import { changeOfRegions } from '$lib/domain/change';
import { asId, epochMs, type RegionId } from '$lib/domain/ids';
import type { Row } from '$lib/domain/row';
import type { Region } from '$lib/domain/region';
import { BACKED_UP_TABLES, keyOf, TASK_TABLES, type StoredTable } from '$lib/domain/tables';
import { expired, TRASH_BYTES, TRASH_DAYS, type BulkActionRow } from '$lib/domain/trash';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { makeBulkEdits } from '$lib/services/bulk/bulk-edits';
import type { Edit } from '$lib/services/bulk/bulk-kind';
import { doAction } from '$lib/services/bulk/do-action';
import { checkProject } from '$lib/services/projects/check-project';
import { editTasks } from '$lib/services/bulk/edit-tasks';
import { runJob, type JobContext } from '$lib/services/job';
import type { Database } from '$lib/services/ports/database';
import type { WorkerJobRequest } from '$lib/services/ports/jobs';
import { makeWork } from '$lib/services/annotating/work';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  aBox,
  aLabel,
  anAnnotation,
  aPredictedBox,
  aPrediction,
  aProject,
  aSource,
  aTask,
} from '../../fixtures/builders';
import { aWorld, predict } from '../../fixtures/world';

const PROJECT = asId<'project'>('project-1');
const [A, B] = [asId<'label'>('label-1'), asId<'label'>('label-2')];
const SIZE = { width: 100, height: 80 };
const COUNT = 7;
const taskId = (number: number) => asId<'task'>(`task-${number}`);
const numbers = Int32Array.from({ length: COUNT }, (_, at) => at + 1);

type World = ReturnType<typeof aWorld>;
let world: World;
let name: string;

const box = (id: string, labelId = A) => aBox({ id: asId<'region'>(id), labelId });
const drawn = (id: string) => ({
  before: new Map<RegionId, Region>(),
  after: new Map([[asId<'region'>(id), box(id)]]),
});

/** The services over a world, whose jobs run in this thread. */
const bulkEdits = ({ ports, context }: World, dying: JobContext = context) =>
  makeBulkEdits({
    ...ports,
    jobs: {
      run: ({ input }: WorkerJobRequest<'edit-tasks'>) => runJob(editTasks, input, dying),
    } as unknown as typeof ports.jobs,
  });

/** Seven tasks with every kind of row that can hang on one. */
beforeEach(async () => {
  name = `bulk-${Math.random()}`;
  world = aWorld(name);
  const { database, ports } = world;
  await database.projects.put(aProject({ labels: [aLabel(), aLabel({ id: B, name: 'fold' })] }));
  await database.sources.put(aSource());
  await database.tasks.add(
    [...numbers].map((number) => aTask({ id: taskId(number), number, path: `${number}.jpg`, size: SIZE })),
  );
  const annotations = makeAnnotations(ports);
  for (const number of [1, 2, 3]) {
    await annotations.submit(await annotations.open(taskId(number)), [box(`r${number}`)], SIZE);
    await annotations.submit(
      await annotations.open(taskId(number)),
      [box(`r${number}`), box(`s${number}`, B)],
      SIZE,
    );
  }
  await annotations.skip(await annotations.open(taskId(4)), [], SIZE);
  for (const number of [2, 5]) {
    const { journal } = await annotations.open(taskId(number));
    await journal.append(changeOfRegions(drawn(`d${number}`)), SIZE);
    await journal.append(changeOfRegions(drawn(`e${number}`)), SIZE);
    await annotations.countBehind();
  }
  await database.annotations.putMany(
    [1, 4].map((number) =>
      anAnnotation({ taskId: taskId(number), ...by('yuki'), regions: [box(`o${number}`)] }),
    ),
  );
  await database.kept.put([
    { taskId: taskId(3), projectId: PROJECT, path: '3.jpg', extra: '{"labelStudio":{"task":{}}}' },
  ]);
  await makeWork(ports).setNote({ id: taskId(3), projectId: PROJECT }, 'look again');
  for (const number of [1, 5, 7]) {
    const regions = [aPredictedBox({ labelId: A, score: number / 10 })];
    await predict(
      database,
      aPrediction({ id: asId(`p${number}`), taskId: taskId(number), projectId: PROJECT, regions }),
    );
  }
});

/** What a merge and its undoing may change: they tell other tabs that something happened. */
const STAMPS: readonly string[] = ['revision', 'basedOn'];

/** Everything that is stored, but for the trash; nothing of it may be lost by an action and its Undo. */
async function everything({ db }: World): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const tables: Record<string, readonly unknown[]> = {};
  for (const { name: table } of db.tables) {
    if (table === 'bulkActions' || table === 'trash') continue;
    const rows = (await db.table<Row>(table).toArray()) as readonly Row[];
    tables[table] =
      table === 'versions'
        ? rows
        : rows.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => !STAMPS.includes(key))));
  }
  return tables;
}

const trashOf = async ({ db }: World) => [await db.bulkActions.count(), await db.trash.count()];

/** The counts are what the rows say, and no row hangs in the air. */
async function expectCounted({ context }: World) {
  const outcome = await runJob(checkProject, { projectId: PROJECT, mends: false }, context);
  expect(outcome).toMatchObject({ state: 'done', report: { detail: { findings: [], mended: 0 } } });
}

const EDITS: Readonly<Record<string, Edit>> = {
  'delete-tasks': { action: 'delete-tasks', numbers },
  'delete-annotations': { action: 'delete-annotations', numbers },
  'delete-predictions': { action: 'delete-predictions', numbers },
  'merge-label': { action: 'merge-label', numbers, from: A, to: B },
  'create-annotations': {
    action: 'create-annotations',
    numbers,
    how: { of: null, minScore: 0, as: 'draft', annotator: ME },
  },
};

/** How a process ends at a write: in its middle, so that it is rolled back, or right after it. */
type Death = 'inside' | 'after';
const DEATHS: readonly Death[] = ['inside', 'after'];

/** The database of a process that dies at its nth write; nothing of it is written from then on. */
function dyingAt(
  database: Database,
  nth: number,
  death: Death,
): Database & { readonly isDead: () => boolean } {
  let writes = 0;
  const dead = () => Promise.reject(new Error('the process is gone'));
  return {
    ...database,
    isDead: () => writes >= nth,
    async write(run, stores) {
      writes += 1;
      if (writes > nth) return dead();
      if (writes < nth) return database.write(run, stores);
      await database
        .write(async () => {
          await run();
          if (death === 'inside') throw new Error('cut');
        }, stores)
        .catch(() => undefined);
      return dead();
    },
  };
}

const SMALL = { tasks: 4, boxes: 1000 };

async function restarted(): Promise<World> {
  world.db.close();
  const next = aWorld(name);
  await bulkEdits(next).recover((action) => action);
  return next;
}

describe.each(Object.entries(EDITS))('%s', (_, edit) => {
  test('comes back whole, whatever hung on the tasks', async () => {
    const before = await everything(world);
    await doAction({ projectId: PROJECT, actionId: 'x', edit }, world.context, SMALL);
    expect(await everything(world)).not.toEqual(before);
    await expectCounted(world);
    const [action] = await world.database.trash.actions(PROJECT);
    expect(action).toMatchObject({ id: 'x', action: edit.action, state: 'done' });
    expect(action!.bytes).toBeGreaterThan(100);
    expect(await bulkEdits(world).undo(action!, '')).toEqual({ restored: action!.tasks, refused: 0 });
    expect(await everything(world)).toEqual(before);
    await expectCounted(world);
    expect(await trashOf(world)).toEqual([0, 0]);
  });

  test.each(DEATHS)('cut off %s any of its writes, is taken back', async (death) => {
    const before = await everything(world);
    for (let nth = 1; ; nth += 1) {
      const dying = dyingAt(world.database, nth, death);
      const context = { ...world.context, ports: { ...world.context.ports, database: dying } };
      const input = { projectId: PROJECT, actionId: `x${nth}`, edit };
      await doAction(input, context, SMALL).catch(() => undefined);
      if (!dying.isDead()) break;
      const wasDone = (await world.database.trash.action(`x${nth}`))?.state === 'done';
      world = await restarted();
      if (wasDone) {
        // It died with its last word said: the action stands, and can be taken back.
        const [action] = await world.database.trash.actions(PROJECT);
        await bulkEdits(world).undo(action!, '');
      }
      expect(await everything(world), `write ${nth}`).toEqual(before);
      await expectCounted(world);
      expect(await trashOf(world)).toEqual([0, 0]);
      expect(nth).toBeLessThan(20);
    }
  });

  test.each(DEATHS)('its Undo, cut off %s any of its writes, is finished', async (death) => {
    const before = await everything(world);
    for (let nth = 1; ; nth += 1) {
      await doAction({ projectId: PROJECT, actionId: `x${nth}`, edit }, world.context, SMALL);
      const changed = await everything(world);
      const dying = dyingAt(world.database, nth, death);
      const context = { ...world.context, ports: { ...world.context.ports, database: dying } };
      const undo = { projectId: PROJECT, actionId: `x${nth}`, edit: { action: 'undo' } } as const;
      await editTasks(undo, context).catch(() => undefined);
      if (!dying.isDead()) break;
      world = await restarted();
      // Before its first word Undo has not begun: the action stands as it was.
      const action = await world.database.trash.action(`x${nth}`);
      if (action) {
        expect([nth, death === 'after']).toEqual([1, false]);
        expect(await everything(world)).toEqual(changed);
        await bulkEdits(world).undo(action, '');
      }
      expect(await everything(world), `write ${nth}`).toEqual(before);
      await expectCounted(world);
      expect(await trashOf(world)).toEqual([0, 0]);
      expect(nth).toBeLessThan(20);
    }
  });
});

test('every table that names a task goes and comes back with it, and keys are those of the tables', async () => {
  const { db } = world;
  const naming = db.tables
    .filter(({ schema }) =>
      [schema.primKey, ...schema.indexes].some(({ keyPath }) => [keyPath].flat().includes('taskId')),
    )
    .map((table) => table.name);
  // Marks of counts go with their draft, small pictures with the task: both are made anew.
  const madeAnew = ['draftsBehind', 'thumbnails'];
  expect(naming.filter((table) => !madeAnew.includes(table)).sort()).toEqual([...TASK_TABLES].sort());
  for (const table of ['tasks', ...TASK_TABLES, 'projects'] as const satisfies readonly StoredTable[]) {
    const row = (await db.table<Row>(table).toCollection().first())!;
    expect(await db.table(table).get(keyOf(table, row as never) as never)).toEqual(row);
  }
  await doAction({ projectId: PROJECT, actionId: 'x', edit: EDITS['delete-tasks']! }, world.context);
  for (const table of naming) expect(await db.table(table).count(), table).toBe(0);
});

describe('what was done since the action', () => {
  const deleteAll = (actionId: string, action: 'delete-annotations' | 'delete-tasks') =>
    doAction({ projectId: PROJECT, actionId, edit: { action, numbers } }, world.context, SMALL);
  const regionsOf = async (number: number) =>
    (await annotationOf(world.database, taskId(number)))?.regions.map(({ id }) => id);

  test('is not written over; what it keeps from coming back stays in the trash and comes back when it can', async () => {
    const { database, ports } = world;
    await deleteAll('x', 'delete-annotations');
    const annotations = makeAnnotations(ports);
    await annotations.submit(await annotations.open(taskId(1)), [box('new')], SIZE);
    const { journal } = await annotations.open(taskId(3));
    await journal.append(changeOfRegions(drawn('newer')), SIZE);
    const [action] = await database.trash.actions(PROJECT);
    expect(action?.things).toBe(5);
    const edits = bulkEdits(world);
    expect(await edits.undo(action!, '')).toEqual({ restored: 3, refused: 2 });
    expect([await regionsOf(1), await regionsOf(2), await regionsOf(3)]).toEqual([
      ['new'],
      ['r2', 's2'],
      undefined,
    ]);
    const [left] = await database.trash.actions(PROJECT);
    expect(left).toMatchObject({ id: 'x', state: 'done', things: 2, tasks: 2, refused: 2 });
    const buried = await database.trash.tombstones(PROJECT);
    expect(buried.flatMap(({ taskIds }) => taskIds).sort()).toEqual([taskId(1), taskId(3)]);
    // Again, it is still so.
    expect(await edits.undo(left!, '')).toEqual({ restored: 0, refused: 2 });
    // The newer work goes: now there is nothing in the way.
    await deleteAll('y', 'delete-annotations');
    expect(await edits.undo(left!, '')).toEqual({ restored: 2, refused: 0 });
    expect([await regionsOf(1), await regionsOf(3)]).toEqual([
      ['r1', 's1'],
      ['r3', 's3'],
    ]);
    expect((await database.trash.actions(PROJECT)).map(({ id }) => id)).not.toContain('x');
    await expectCounted(world);
  });

  test('tombstones of an action from before they were kept by batches go with its Undo too', async () => {
    const { database, db } = world;
    const before = await everything(world);
    await deleteAll('x', 'delete-tasks');
    const rows = await db.tombstones.toArray();
    await db.tombstones.clear();
    for (const row of rows)
      for (const id of row.taskIds) await database.trash.addTombstone({ ...row, id, taskIds: [id] });
    expect(await db.tombstones.count()).toBe(COUNT);
    const [action] = await database.trash.actions(PROJECT);
    await bulkEdits(world).undo(action!, '');
    expect(await everything(world)).toEqual(before);
  });

  test('a picture that is a task again keeps its place; the others come back under free numbers', async () => {
    const { database } = world;
    await deleteAll('x', 'delete-tasks');
    const again = aTask({ id: asId<'task'>('again'), number: 1, path: '2.jpg' });
    await database.tasks.add([again, aTask({ id: asId<'task'>('other'), number: 2, path: 'other.jpg' })]);
    const [action] = await database.trash.actions(PROJECT);
    expect(await bulkEdits(world).undo(action!, '')).toEqual({ restored: COUNT - 1, refused: 1 });
    const tasks = await database.tasks.page(PROJECT, 0, 100);
    expect(new Set(tasks.map((task) => task.number)).size).toBe(COUNT + 1);
    expect(tasks.map((task) => task.path).sort()).toEqual(
      ['1.jpg', '2.jpg', '3.jpg', '4.jpg', '5.jpg', '6.jpg', '7.jpg', 'other.jpg'].sort(),
    );
    expect((await database.tasks.get(again.id))?.number).toBe(1);
    expect((await database.trash.actions(PROJECT))[0]).toMatchObject({ things: 1, refused: 1 });
    await expectCounted(world);
  });

  test('time that a page still counted for a deleted task is added to what comes back', async () => {
    await deleteAll('x', 'delete-tasks');
    await world.database.work.put({
      taskId: taskId(3),
      profileId: ME,
      projectId: PROJECT,
      note: '',
      spentMs: 500,
      orderByHand: [],
    });
    const [action] = await world.database.trash.actions(PROJECT);
    expect(await bulkEdits(world).undo(action!, '')).toEqual({ restored: COUNT, refused: 0 });
    expect(await world.database.work.forTask(taskId(3))).toMatchObject([
      { note: 'look again', spentMs: 500 },
    ]);
  });
});

describe('several tabs', () => {
  test('see one list of what can be taken back, and each of them can take it back', async () => {
    const other = aWorld(name);
    const seen: string[][] = [];
    const stop = bulkEdits(other).watch(
      PROJECT,
      (actions) => seen.push(actions.map(({ id, state }) => `${id} ${state}`)),
      (error) => expect.unreachable(String(error)),
    );
    await expect.poll(() => seen.at(-1)).toEqual([]);
    await doAction({ projectId: PROJECT, actionId: 'x', edit: EDITS['delete-tasks']! }, world.context);
    await expect.poll(() => seen.at(-1)).toEqual(['x done']);
    await bulkEdits(other).undo({ id: 'x', projectId: PROJECT }, '');
    await expect.poll(() => seen.at(-1)).toEqual([]);
    expect(await world.database.tasks.counts(PROJECT)).toMatchObject({ submitted: 2, skipped: 1 });
    stop();
  });

  test('one that starts while another is at it waits, and leaves what that one has done', async () => {
    const other = aWorld(name);
    let letGo = () => {};
    const held = new Promise<void>((done) => (letGo = done));
    let asked = '';
    const waiting = makeBulkEdits({
      ...other.ports,
      locks: {
        ...other.ports.locks,
        async hold(lock) {
          asked = lock;
          await held;
          return () => undefined;
        },
      },
    });
    await doAction({ projectId: PROJECT, actionId: 'x', edit: EDITS['delete-tasks']! }, world.context);
    const done = (await world.database.trash.action('x'))!;
    await world.database.trash.putAction({ ...done, state: 'doing' });
    const recovering = waiting.recover((action) => action);
    await expect.poll(() => asked).toBe(`job/edit-tasks/${PROJECT}`);
    await world.database.trash.putAction(done);
    letGo();
    await recovering;
    expect(await other.database.trash.actions(PROJECT)).toMatchObject([{ id: 'x', state: 'done' }]);
    expect(await other.database.tasks.page(PROJECT, 0, 10)).toEqual([]);
  });
});

describe('the trash', () => {
  const anAction = (id: string, daysAgo: number, bytes: number): BulkActionRow => ({
    id,
    projectId: PROJECT,
    action: 'delete-tasks',
    state: 'done',
    things: 1,
    tasks: 1,
    batches: 1,
    bytes,
    refused: 0,
    startedAt: epochMs(NOW - daysAgo * 86_400_000),
  });
  const NOW = 1_800_000_000_000;

  test('is bounded by age and by size; the newest stays however large it is, and what is under way does', () => {
    const gone = (actions: readonly BulkActionRow[]) => expired(actions, epochMs(NOW)).map(({ id }) => id);
    expect(gone([anAction('old', TRASH_DAYS + 1, 1), anAction('young', TRASH_DAYS - 1, 1)])).toEqual(['old']);
    expect(gone([anAction('large', 0, TRASH_BYTES * 2)])).toEqual([]);
    expect(
      gone([anAction('third', 3, 1), anAction('second', 2, TRASH_BYTES), anAction('first', 1, 1)]),
    ).toEqual(['second', 'third']);
    expect(gone([{ ...anAction('busy', TRASH_DAYS + 1, 1), state: 'undoing' }])).toEqual([]);
  });

  test('is emptied of what is too old by the next start, and of batches that belong to nothing', async () => {
    const { database } = world;
    await database.trash.putAction({ ...anAction('old', TRASH_DAYS + 1, 1) });
    await database.trash.put({ actionId: 'old', sequence: 1, projectId: PROJECT, things: [] });
    await database.trash.put({ actionId: 'nobody', sequence: 1, projectId: PROJECT, things: [] });
    const later = { ...world, ports: { ...world.ports, clock: { now: () => epochMs(NOW) } } };
    await bulkEdits(later).recover((action) => action);
    expect(await trashOf(world)).toEqual([0, 0]);
  });

  test('goes with its project, and is in no backup', async () => {
    const { database } = world;
    await doAction({ projectId: PROJECT, actionId: 'x', edit: EDITS['delete-tasks']! }, world.context);
    expect(await trashOf(world)).toEqual([1, 1]);
    expect(BACKED_UP_TABLES).not.toContain('trash');
    expect(BACKED_UP_TABLES).not.toContain('bulkActions');
    await database.projects.delete(PROJECT);
    expect(await trashOf(world)).toEqual([0, 0]);
  });

  test('an action on a project that is deleted meanwhile stops, and leaves nothing behind', async () => {
    const { database } = world;
    const context: JobContext = {
      ...world.context,
      ports: {
        ...world.context.ports,
        database: {
          ...database,
          async write(run, stores) {
            const answer = await database.write(run, stores);
            if ((await database.trash.action('x'))?.batches === 1) await database.projects.delete(PROJECT);
            return answer;
          },
        },
      },
    };
    const input = { projectId: PROJECT, actionId: 'x', edit: EDITS['delete-tasks']! };
    await expect(doAction(input, context, SMALL)).rejects.toMatchObject({ code: 'project-missing' });
    expect(await trashOf(world)).toEqual([0, 0]);
    expect(await database.tasks.page(PROJECT, 0, 10)).toEqual([]);
  });
});
