import { annotationOf } from '../../fixtures/work';
import { readFileSync } from 'node:fs';
import { ROW_SHAPES } from '$lib/domain/row-shapes';
import { describe, expect, test } from 'vitest';
import { aProjectWith, everything, imported, PROJECT, taskId, type World } from '../../fixtures/exchange';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { aBox } from '../../fixtures/builders';
import { back, differences, given } from '../../fixtures/label-studio-back';
import { randomTasks, type JsonTask } from '../../fixtures/random-label-studio';

const PATHS = ['a.jpg', 'b.jpg', 'sub/c d.jpg', 'ポ.jpg'];

const taken = async (tasks: readonly object[], world?: World) => {
  const into = world ?? (await aProjectWith(PATHS));
  await imported(into, { 'export.json': JSON.stringify(tasks) });
  return into;
};

const file = (name: string): JsonTask[] =>
  JSON.parse(readFileSync(`tests/fixtures/wild/faults/${name}`, 'utf8')) as JsonTask[];

describe('JSON that comes in goes out as it was', () => {
  test.each([
    '07-untakeable-becomes-empty.json',
    '08-silently-lost.json',
    '14-draft.json',
    '15-prediction-score.json',
  ])('%s', async (name) => {
    const tasks = file(name);
    const world = await aProjectWith([...PATHS, 'c.jpg']);
    await taken(tasks, world);
    expect(await back(world, tasks)).toEqual(tasks);
  });

  test('whatever the documents are', async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const tasks = randomTasks(seed, PATHS);
      const world = await taken(tasks);
      expect(differences(await back(world, tasks), tasks), `seed ${seed}`).toEqual([]);
    }
  });

  test('what is kept has the shape that a backup asks for', async () => {
    const world = await taken(randomTasks(3, PATHS));
    const rows = (await everything(world)) as Record<keyof typeof ROW_SHAPES, readonly unknown[]>;
    expect(rows.kept.length).toBeGreaterThan(0);
    for (const [table, shape] of Object.entries(ROW_SHAPES))
      for (const row of rows[table as keyof typeof ROW_SHAPES]) expect(shape(row), table).toBeNull();
    expect(taskId(1)).toBe('task-1');
  });
});

describe('names of a labelling configuration', () => {
  const CONFIG =
    '<View><Image name="photo" value="$picture"/><RectangleLabels name="枠" toName="photo"><Label value="polyp" background="#112233"/></RectangleLabels></View>';
  const drawn = async (world: World, number: number) => {
    const annotations = makeAnnotations(world.ports);
    const opened = await annotations.open(taskId(number));
    await annotations.submit(opened, [...opened.regions.values(), aBox()], { width: 100, height: 80 });
  };
  const namesIn = async (world: World) =>
    (await given(world)).flatMap((task) =>
      (task['annotations'] as { result: { from_name: string; to_name: string }[] }[]).flatMap(({ result }) =>
        result.map(({ from_name, to_name }) => [Object.keys(task['data'] as object)[0], from_name, to_name]),
      ),
    );

  test('what is drawn here goes by them', async () => {
    const world = await aProjectWith(PATHS);
    await imported(world, { 'config.xml': CONFIG });
    await drawn(world, 1);
    expect(await namesIn(world)).toEqual([['picture', '枠', 'photo']]);
  });

  test('without one, by those of the tasks that came in; in one of those tasks, by its own', async () => {
    const task = {
      data: { img: 'b.jpg' },
      annotations: [
        {
          result: [
            {
              id: 'r1',
              type: 'rectanglelabels',
              from_name: 'bbox',
              to_name: 'pic',
              original_width: 100,
              original_height: 80,
              value: { x: 1, y: 1, width: 5, height: 5, rotation: 0, rectanglelabels: ['polyp'] },
            },
          ],
        },
      ],
    };
    const world = await taken([task]);
    await drawn(world, 1);
    await drawn(world, 2);
    expect(await namesIn(world)).toEqual([
      ['img', 'bbox', 'pic'],
      ['img', 'bbox', 'pic'],
      ['img', 'bbox', 'pic'],
    ]);
  });

  test('configuration and tasks in one drop: both are taken, and the preview says both', async () => {
    const world = await aProjectWith(['a.jpg'], { labels: [] });
    const files = {
      'label_config.xml': CONFIG,
      'export.json': JSON.stringify([
        { data: { image: 'a.jpg' }, annotations: [{ result: [{ ...RESULT, from_name: '枠' }] }] },
      ]),
    };
    const preview = await imported(world, files, { isPreview: true });
    expect(preview.counts).toMatchObject({ pictures: 1, matched: 1, boxes: 1, labels: 1 });
    expect((await world.database.projects.get(PROJECT))!.labels).toEqual([]);
    const report = await imported(world, files);
    expect(report.counts).toMatchObject({ annotations: 1, labels: 1 });
    const project = (await world.database.projects.get(PROJECT))!;
    expect(project.labelingConfig).toBe(CONFIG);
    expect(project.labels).toMatchObject([{ name: 'polyp', color: '#112233' }]);
    const [region] = (await annotationOf(world.database, taskId(1)))!.regions;
    expect(region!.labelId).toBe(project.labels[0]!.id);
  });
});

const RESULT = {
  id: 'r1',
  type: 'rectanglelabels',
  from_name: 'label',
  to_name: 'image',
  original_width: 100,
  original_height: 80,
  image_rotation: 0,
  value: { x: 10, y: 10, width: 20, height: 20, rotation: 0, rectanglelabels: ['polyp'] },
};
