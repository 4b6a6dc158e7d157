import { nameOf, profileIdOf } from '$lib/domain/profile';
import { entriesOf, annotationOf } from '../../fixtures/work';
import { changeOfRegions } from '$lib/domain/change';
import {
  comparer,
  matcher,
  NO_FILTER,
  type Condition,
  type TaskFilter,
  type TaskOrder,
} from '$lib/domain/filter';
import { asId, epochMs, type RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import { changeTally, emptyTally } from '$lib/domain/tally';
import { summarize, type Task } from '$lib/domain/task';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { editTasks } from '$lib/services/bulk/edit-tasks';
import { runJob } from '$lib/services/job';
import { countTally, tallyProject } from '$lib/services/task-index';
import { makeTasks } from '$lib/services/tasks/tasks';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  aBox,
  aLabel,
  anAnnotation,
  aPredictedBox,
  aPrediction,
  aProject,
  aTask,
} from '../../fixtures/builders';
import { aWorld, predict } from '../../fixtures/world';
import type { EditTasksInput } from '$lib/services/bulk/contract';

const PROJECT = asId<'project'>('project-1');
const [A, B] = [asId<'label'>('label-1'), asId<'label'>('label-2')];
const SIZE = { width: 100, height: 80 };
const taskId = (number: number) => asId<'task'>(`task-${number}`);

let world: ReturnType<typeof aWorld>;
beforeEach(async () => {
  world = aWorld();
  await world.database.projects.put(aProject({ labels: [aLabel(), aLabel({ id: B, name: 'fold' })] }));
});

const rows = () => world.database.tasks.page(PROJECT, 0, 10_000);
/** The kept counts are the counted ones. */
async function expectTally() {
  const counted = changeTally(emptyTally(PROJECT), [], await rows());
  expect(await world.database.tasks.tally(PROJECT)).toEqual(counted);
}

/** A generator of numbers in [0, 1) that gives the same ones every time. */
function random(seed: number) {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

describe('filters over stored tasks', () => {
  const next = random(20_261_125);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)]!;
  const aRandomTask = (number: number): Task =>
    aTask({
      id: taskId(number),
      number,
      path: `${pick(['a', 'B', 'が', 'か\u3099'])}/${Math.floor(next() * 50)}.${pick(['jpg', 'PNG'])}#${number}`,
      progress: pick(['unlabelled', 'draft', 'submitted', 'skipped'] as const),
      regionCount: Math.floor(next() * 4),
      labelIds: pick([[], [A], [B], [A, B]]),
      annotatedAt: pick([null, epochMs(Math.floor(next() * 1e12))]),
      annotator: pick([null, ...['', 'Yuki', 'aoi'].map(profileIdOf)]),
      predictionCount: Math.floor(next() * 3),
      predictionScore: pick([null, next()]),
      size: pick([null, { width: Math.floor(next() * 900), height: 600 }]),
      isMissing: next() < 0.1,
      problem: pick([null, null, 'picture-empty'] as const),
    });
  const numeric = ['number', 'regionCount', 'predictionCount', 'predictionScore', 'width', 'height'] as const;
  const aRandomCondition = (): Condition =>
    pick<() => Condition>([
      () => ({
        field: pick(['path', 'annotator'] as const),
        operator: pick(['contains', 'not-contains', 'equals', 'regex', 'empty', 'not-empty'] as const),
        value: pick(['a', 'が', '1', '.*[2-4]\\.', 'yuki', '']),
      }),
      () => ({
        field: pick(numeric),
        operator: pick(['equals', 'less', 'greater', 'between', 'empty', 'not-empty'] as const),
        value: pick([0, 1, 0.5, 300]),
        to: pick([1, 2, 0.9, 700]),
      }),
      () => ({
        field: 'annotatedAt',
        operator: pick(['less', 'greater', 'between', 'empty'] as const),
        value: next() * 1e12,
        to: 1e12,
      }),
      () => ({
        field: 'progress',
        operator: pick(['is', 'is-not'] as const),
        value: pick(['draft', 'submitted'] as const),
      }),
      () => ({ field: 'label', operator: pick(['has', 'has-not'] as const), value: pick([A, B]) }),
      () => ({
        field: 'file',
        operator: pick(['is', 'is-not'] as const),
        value: pick(['present', 'missing', 'unreadable'] as const),
      }),
    ])();

  test('give what the same rule gives in memory, in every order, on random data', async () => {
    const tasks = Array.from({ length: 300 }, (_, at) => aRandomTask(at + 1));
    await world.database.tasks.add(tasks);
    const facts = tasks.map((task) => ({
      ...task,
      annotator: task.annotator && nameOf(task.annotator, new Map()),
    }));
    const { streams } = makeTasks(world.ports);
    const fields: readonly TaskOrder['field'][] = [
      ...numeric,
      'path',
      'annotator',
      'annotatedAt',
      'progress',
      'file',
    ];
    for (let turn = 0; turn < 150; turn += 1) {
      const filter: TaskFilter = {
        join: pick(['all', 'any'] as const),
        conditions: Array.from({ length: Math.floor(next() * 4) }, aRandomCondition),
        search: pick(['', '', 'jpg', 'b 1']),
      };
      const order: TaskOrder = { field: pick(fields), direction: pick(['ascending', 'descending'] as const) };
      const expected = facts.filter(matcher(filter)).sort(comparer(order));
      const found = await streams.ask({ projectId: PROJECT, filter, order });
      expect([...found]).toEqual(expected.map((task) => task.number));
    }
    await expectTally();
  });

  test('are told again when a task is changed, added or deleted', async () => {
    await world.database.tasks.add([aTask({ id: taskId(1), number: 1, path: '1' })]);
    const seen: number[][] = [];
    const filter: TaskFilter = {
      ...NO_FILTER,
      conditions: [{ field: 'progress', operator: 'is', value: 'submitted' }],
    };
    const order: TaskOrder = { field: 'number', direction: 'descending' };
    const query = { projectId: PROJECT, filter, order };
    const stop = makeTasks(world.ports).watchNumbers(
      query,
      (numbers) => seen.push([...numbers]),
      (error) => expect.unreachable(String(error)),
    );
    await expect.poll(() => seen.at(-1)).toEqual([]);
    await world.database.tasks.update(taskId(1), { progress: 'submitted' });
    await expect.poll(() => seen.at(-1)).toEqual([1]);
    const many = Array.from({ length: 80 }, (_, at) =>
      aTask({ id: taskId(at + 2), number: at + 2, path: `${at + 2}`, progress: 'submitted' }),
    );
    await world.database.tasks.add(many);
    await expect.poll(() => seen.at(-1)?.length, { timeout: 5000 }).toBe(81);
    await world.database.tasks.deleteMany(many.slice(0, 79));
    await expect.poll(() => seen.at(-1)).toEqual([81, 1]);
    stop();
  });
});

/** Three tasks: 1 submitted with an A and a B, 2 with a draft of two A over a submitted A, 3 untouched. */
async function seed() {
  const { database } = world;
  await database.tasks.add(
    [1, 2, 3].map((number) => aTask({ id: taskId(number), number, path: `${number}.jpg` })),
  );
  const annotations = makeAnnotations(world.ports);
  const box = (id: string, labelId = A) => aBox({ id: asId<'region'>(id), labelId });
  await annotations.submit(await annotations.open(taskId(1)), [box('r1'), box('r2', B)], SIZE);
  await annotations.submit(await annotations.open(taskId(2)), [box('r3')], SIZE);
  const { journal } = await annotations.open(taskId(2));
  await journal.append(
    changeOfRegions({
      before: new Map<RegionId, Region>(),
      after: new Map([[asId<'region'>('r4'), box('r4')]]),
    }),
    SIZE,
  );
  for (const number of [1, 3]) {
    const regions = [aPredictedBox({ labelId: A, score: number / 10 })];
    await predict(
      database,
      aPrediction({ id: asId(`p${number}`), taskId: taskId(number), projectId: PROJECT, regions }),
    );
  }
}

async function everything() {
  const ids = [1, 2, 3].map(taskId);
  const { database } = world;
  return {
    tasks: await rows(),
    annotations: (await database.annotations.forTasks(ids)).map((all) =>
      all.map((one) => ({ ...one, revision: 0 })),
    ),
    drafts: await Promise.all(
      ids.map(async (id) => (await entriesOf(database, id)).map(({ change }) => change)),
    ),
    predictions: await database.predictions.forTasks(ids),
  };
}

const edit = (input: EditTasksInput['edit']) =>
  runJob(editTasks, { projectId: PROJECT, actionId: 'x', edit: input }, world.context);
const numbers = Int32Array.of(1, 2, 3);

describe('actions on a selection', () => {
  beforeEach(seed);

  test.each([
    ['delete-tasks', 3],
    ['delete-annotations', 2],
    ['delete-predictions', 2],
  ] as const)('%s changes %d tasks and can be undone whole', async (action, tasks) => {
    await expectTally();
    const before = await everything();
    expect(await edit({ action, numbers })).toMatchObject({ report: { counts: { tasks } } });
    await expectTally();
    const now = await everything();
    expect(now.tasks.length).toBe(action === 'delete-tasks' ? 0 : 3);
    expect(now.annotations.flat().length).toBe(action === 'delete-predictions' ? 2 : 0);
    expect(now.predictions.length).toBe(action === 'delete-annotations' ? 2 : 0);
    const buried = await world.database.trash.tombstones(PROJECT);
    expect(buried.flatMap(({ taskIds }) => taskIds).length).toBe(action === 'delete-predictions' ? 0 : tasks);
    expect(await edit({ action: 'undo' })).toMatchObject({ report: { counts: { restored: tasks } } });
    expect(await everything()).toEqual(before);
    expect(await world.database.trash.tombstones(PROJECT)).toEqual([]);
    await expectTally();
  });

  test('a label is merged in what was submitted and in drafts, and comes back', async () => {
    const before = await everything();
    const merged = await edit({ action: 'merge-label', numbers, from: A, to: B });
    expect(merged).toMatchObject({ report: { counts: { tasks: 2, boxes: 3 } } });
    expect((await world.database.tasks.tally(PROJECT))?.boxes).toEqual({ [B]: 4 });
    const { regions } = await makeAnnotations(world.ports).open(taskId(2));
    expect([...regions.values()].map((region) => region.labelId)).toEqual([B, B]);
    await expectTally();
    await edit({ action: 'undo' });
    const stamped = (state: typeof before) => ({
      ...state,
      tasks: state.tasks.map((task) => ({ ...task, annotatedAt: 0 })),
    });
    expect(stamped(await everything())).toEqual(stamped(before));
    await expectTally();
  });

  test('undo writes over nothing that was done since', async () => {
    await edit({ action: 'delete-annotations', numbers });
    const annotations = makeAnnotations(world.ports);
    await annotations.submit(await annotations.open(taskId(1)), [], SIZE);
    expect(await edit({ action: 'undo' })).toMatchObject({
      report: { counts: { restored: 1 }, skipped: [{ path: '1.jpg', code: 'edited-elsewhere' }] },
    });
    expect((await annotationOf(world.database, taskId(1)))?.regions).toEqual([]);
    await expectTally();
  });
});

describe('the first tally of rows that came in as they are', () => {
  const old = asId<'project'>('old');
  const oldTask = (number: number, overrides: Partial<Task> = {}): Task =>
    aTask({ id: asId<'task'>(`old-${number}`), projectId: old, number, path: `${number}.jpg`, ...overrides });
  const put = (table: string, rows: readonly object[]) =>
    world.database.dump.put(table, rows as unknown as Parameters<typeof world.database.dump.put>[1]);
  beforeEach(() => put('projects', [aProject({ id: old })]));

  test('is made of what they hold, also where they are from before boxes were counted by label', async () => {
    const { database } = world;
    const regions = [aBox(), aBox({ id: asId<'region'>('x') })];
    const annotation = anAnnotation({ taskId: asId<'task'>('old-1'), projectId: old, regions });
    await put('annotations', [annotation]);
    await put('tasks', [oldTask(1, { ...summarize(annotation, null), labelCounts: [] })]);
    await tallyProject(database, old);
    expect(await database.tasks.tally(old)).toMatchObject({ progress: { submitted: 1 }, boxes: { [A]: 2 } });
  });

  test('is made in portions: what is written between two of them is counted once, and a cut one goes on', async () => {
    const { database } = world;
    const labelled = { progress: 'submitted', regionCount: 3, labelIds: [A], labelCounts: [3] } as const;
    await put(
      'tasks',
      Array.from({ length: 2500 }, (_, at) => oldTask(at + 1, at % 2 === 0 ? labelled : {})),
    );
    let portions = 0;
    await tallyProject(database, old, () => (portions += 1) > 1);
    expect(await database.tasks.tally(old)).toBeNull();
    // Until it is done, the list's head counts by itself.
    expect(await database.tasks.counts(old)).toMatchObject({ submitted: 1250, unlabelled: 1250 });

    // One that is counted already, one that is not yet, and a new one.
    await database.tasks.update(asId('old-2'), { ...labelled, labelCounts: [5] });
    await database.tasks.update(asId('old-2400'), { ...labelled, labelCounts: [7] });
    await database.tasks.add([oldTask(2501, labelled)]);
    await database.tasks.deleteMany([oldTask(1, labelled)]);

    await tallyProject(database, old);
    const counted = await countTally(database, old);
    expect(counted.boxes).toEqual({ [A]: 1250 * 3 + 5 + 7 });
    expect(await database.tasks.tally(old)).toEqual(counted);
    expect(await database.tasks.unfinishedTally(old)).toBeNull();
  });

  test('is not made of a project that was deleted meanwhile', async () => {
    const { database, db } = world;
    await put(
      'tasks',
      Array.from({ length: 2001 }, (_, at) => oldTask(at + 1)),
    );
    let portions = 0;
    await tallyProject(database, old, () => (portions += 1) > 1);
    await database.projects.delete(old);
    await tallyProject(database, old);
    expect((await db.tallies.toArray()).filter(({ projectId }) => projectId.startsWith('old'))).toEqual([]);
  });
});

describe('the label stream', () => {
  beforeEach(async () => {
    await world.database.tasks.add(
      [0.5, 0.2, null, 0.9].map((predictionScore, at) =>
        aTask({ id: taskId(at + 1), number: at + 1, path: `${at}`, predictionScore }),
      ),
    );
  });
  const query = {
    projectId: PROJECT,
    filter: NO_FILTER,
    order: { field: 'number', direction: 'ascending' },
  } as const;

  test('lowest score first leads Previous, Next and the next open one', async () => {
    const tasks = makeTasks(world.ports);
    await tasks.streams.start(query, 'lowest-score', 1);
    expect((await tasks.nextOpen(PROJECT))?.number).toBe(2);
    const [first] = await rows();
    const { previous, next } = await tasks.neighbours(first!);
    expect([previous?.number, next?.number]).toEqual([2, 4]);
    await world.database.tasks.update(taskId(4), { progress: 'submitted' });
    expect((await tasks.nextOpen(PROJECT, 1))?.number).toBe(3);
    expect((await tasks.around(first!, 1)).map((task) => task.number)).toEqual([2, 1, 4]);
  });

  test('stands still while its tasks leave the filter, and steps over deleted ones', async () => {
    const tasks = makeTasks(world.ports);
    const descending = { ...query, order: { field: 'number', direction: 'descending' } } as const;
    tasks.streams.follow(descending, Int32Array.of(4, 3, 2, 1));
    await world.database.tasks.deleteMany([(await world.database.tasks.get(taskId(3)))!]);
    const [, second] = await rows();
    expect((await tasks.neighbours(second!)).previous?.number).toBe(4);
    tasks.streams.follow(query, Int32Array.of(1, 2, 4));
    expect((await tasks.neighbours(second!)).previous?.number).toBe(1);
  });
});
