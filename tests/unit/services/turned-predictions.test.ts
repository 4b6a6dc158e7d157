import { annotationOf, ME } from '../../fixtures/work';
import { asId } from '$lib/domain/ids';
import { suggestionsFrom } from '$lib/domain/suggest';
import { editTasks } from '$lib/services/bulk/edit-tasks';
import { runJob } from '$lib/services/job';
import { expect, test } from 'vitest';
import { aProjectWith, imported, PROJECT, taskId, type World } from '../../fixtures/exchange';
import { back, differences } from '../../fixtures/label-studio-back';

/** 30 x 20 pixels about (45, 40) of a picture of 100 x 80, turned by a quarter: upright it is 20 x 30. */
const QUARTER = { x: 30, y: 30, width: 30, height: 20, rotation: 90 };
const UPRIGHT = { x: 35, y: 25, width: 20, height: 30 };

/** Label Studio turns a box about its turned top left corner, and counts in percent. */
const RESULT = {
  id: 'p1',
  type: 'rectanglelabels',
  from_name: 'label',
  to_name: 'image',
  original_width: 100,
  original_height: 80,
  image_rotation: 0,
  origin: 'prediction',
  value: { x: 55, y: 31.25, width: 30, height: 25, rotation: 90, rectanglelabels: ['polyp'] },
  score: 0.75,
};
const TASK = {
  id: 1,
  data: { image: 'a.jpg' },
  annotations: [],
  predictions: [
    { model_version: 'm1', score: 0.75, result: [RESULT], created_at: '2026-01-02T03:04:05.000Z' },
  ],
  drafts: [],
};

const predictedIn = async (world: World) => (await world.database.predictions.forTask(taskId(1)))[0]!;

const taken = async (tasks: readonly object[] = [TASK]) => {
  const world = await aProjectWith(['a.jpg']);
  return { world, report: await imported(world, { 'tasks.json': JSON.stringify(tasks) }) };
};

test('a turned prediction of a file is stored with its angle, and nothing is told of it', async () => {
  const { world, report } = await taken();
  const { regions } = await predictedIn(world);
  expect(regions).toMatchObject([{ ...near(QUARTER), labelId: 'label-1', score: 0.75 }]);
  expect(regions[0]).not.toHaveProperty('extra');
  expect(report.skipped).toEqual([]);
  const [suggestion] = suggestionsFrom(regions, [], () => 0.5);
  expect(suggestion).toMatchObject(near(QUARTER));
});

test('it becomes a turned box of an annotation', async () => {
  const { world } = await taken();
  const how = { of: null, minScore: 0, as: 'submitted', annotator: ME } as const;
  const edit = { action: 'create-annotations', numbers: Int32Array.of(1), how } as const;
  await runJob(editTasks, { projectId: PROJECT, actionId: asId<'bulk-action'>('b1'), edit }, world.context);
  expect(await annotationOf(world.database, taskId(1))).toMatchObject({
    regions: [{ ...near(QUARTER), origin: 'prediction', score: 0.75 }],
  });
});

test('it goes out as it came in, with what the file says beside it', async () => {
  const odd = { ...RESULT, model: 'deep', origin: 'manual' };
  const tasks = [
    {
      ...TASK,
      predictions: [...TASK.predictions, { model_version: 'm2', score: 0.5, result: [odd], extra: true }],
    },
  ];
  const { world } = await taken(tasks);
  await world.database.tasks.update(taskId(1), { size: { width: 100, height: 80 } });
  expect(differences(await back(world, tasks), tasks)).toEqual([]);
});

test('a prediction that an earlier import stored upright gets its angle when the file comes again', async () => {
  const { world } = await taken();
  const stored = await predictedIn(world);
  const { rotation: _, ...region } = stored.regions[0]!;
  await world.database.predictions.put([{ ...stored, regions: [{ ...region, ...UPRIGHT }] }]);
  const again = await imported(world, { 'tasks.json': JSON.stringify([TASK]) });
  expect(again.counts).toMatchObject({ predictions: 1, unchanged: 0 });
  expect((await predictedIn(world)).regions).toMatchObject([near(QUARTER)]);
  const third = await imported(world, { 'tasks.json': JSON.stringify([TASK]) });
  expect(third.counts).toMatchObject({ predictions: 0, unchanged: 1 });
});

test('turned boxes of any format, taken in as predictions, keep their angle; upright ones say none', async () => {
  const world = await aProjectWith(['a.jpg']);
  const corners = [
    [0.55, 0.3125],
    [0.55, 0.6875],
    [0.35, 0.6875],
    [0.35, 0.3125],
  ];
  const report = await imported(
    world,
    {
      'data.yaml': 'names: [polyp]\n',
      'labels/a.txt': `0 ${corners.flat().join(' ')}\n0 0.1 0.1 0.3 0.1 0.3 0.3 0.1 0.3\n`,
    },
    { into: 'predictions', kind: 'yolo-obb' },
  );
  expect(report.skipped).toEqual([]);
  const { regions } = await predictedIn(world);
  expect(regions).toMatchObject([near(QUARTER), near({ x: 10, y: 8, width: 20, height: 16 })]);
  expect(regions[1]).not.toHaveProperty('rotation');
});

const near = (box: Readonly<Record<string, number>>) =>
  Object.fromEntries(
    Object.entries(box).map(([key, value]) => [key, expect.closeTo(value, 6) as unknown as number]),
  );
