import { asId, epochMs, type RegionId } from '$lib/domain/ids';
import type { Row } from '$lib/domain/migrations';
import type { Region } from '$lib/domain/region';
import { keyOf, TASK_TABLES, type StoredTable } from '$lib/domain/tables';
import { summarizePredictions } from '$lib/domain/task';
import { changeTally, emptyTally } from '$lib/domain/tally';
import { makeAnnotations } from '$lib/services/annotations';
import { makeBulkEdits } from '$lib/services/bulk-edits';
import type { Edit } from '$lib/services/bulk/bulk-kind';
import { doAction } from '$lib/services/bulk/do-action';
import { editTasks } from '$lib/services/jobs/edit-tasks';
import { runJob, type JobContext } from '$lib/services/jobs/job';
import type { Database } from '$lib/services/ports/database';
import type { JobRequest } from '$lib/services/ports/jobs';
import { makeWork } from '$lib/services/work';
import { beforeEach, describe, expect, test } from 'vitest';
import { aBox, aLabel, anAnnotation, aProject, aTask } from '../../fixtures/builders';
import { aWorld } from '../../fixtures/world';

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
      run: (request: JobRequest) =>
        runJob(editTasks, 'input' in request ? (request.input as never) : (undefined as never), dying),
    } as typeof ports.jobs,
  });

/** Seven tasks with every kind of row that can hang on one. */
beforeEach(async () => {
  name = `bulk-${Math.random()}`;
  world = aWorld(name);
  const { database, ports } = world;
  await database.projects.put(aProject({ labels: [aLabel(), aLabel({ id: B, name: 'fold' })] }));
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
    await journal.append(drawn(`d${number}`), SIZE);
    await journal.append(drawn(`e${number}`), SIZE);
    await annotations.countBehind();
  }
  await database.otherAnnotations.put(
    [1, 6].map((number) =>
      anAnnotation({ taskId: taskId(number), annotator: 'yuki', regions: [box(`o${number}`)] }),
    ),
  );
  await makeWork(ports).setNote({ id: taskId(3), projectId: PROJECT }, 'look again');
  for (const number of [1, 5, 7]) {
    const prediction = {
      id: asId<'prediction'>(`p${number}`),
      taskId: taskId(number),
      projectId: PROJECT,
      modelId: asId<'model'>('m'),
      modelVersion: 1,
      rejected: [],
      createdAt: epochMs(1),
      regions: [
        { x: 0, y: 0, width: 1, height: 1, labelId: A, classNumber: 0, className: 'a', score: number / 10 },
      ],
    };
    await database.predictions.put([prediction]);
    await database.tasks.update(taskId(number), summarizePredictions([prediction]));
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

/** The kept counts are what the rows say. */
async function expectCounted({ database }: World) {
  const tasks = await database.tasks.page(PROJECT, 0, 100);
  expect(await database.tasks.tally(PROJECT)).toEqual(changeTally(emptyTally(PROJECT), [], tasks));
}

const EDITS: Readonly<Record<string, Edit>> = {
  'delete-tasks': { action: 'delete-tasks', numbers },
  'delete-annotations': { action: 'delete-annotations', numbers },
  'delete-predictions': { action: 'delete-predictions', numbers },
  'merge-label': { action: 'merge-label', numbers, from: A, to: B },
  'create-annotations': {
    action: 'create-annotations',
    numbers,
    how: { of: null, minScore: 0, as: 'draft', annotator: '' },
  },
};

/** How a process ends at a write: before it, in its middle so that it is rolled back, or right after it. */
type Death = 'before' | 'inside' | 'after';

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
      if (writes > nth || (writes === nth && death === 'before')) return dead();
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

const SMALL = { tasks: 2, boxes: 1000 };

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

  test.each(['before', 'inside', 'after'] as const)(
    'cut off %s any of its writes, is taken back',
    async (death) => {
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
    },
  );

  test.each(['before', 'inside', 'after'] as const)(
    'its Undo, cut off %s any of its writes, is finished',
    async (death) => {
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
    },
  );
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
