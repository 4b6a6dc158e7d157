import { annotationOf } from '../../fixtures/work';
import { asId } from '$lib/domain/ids';
import { makeLabels, TEMPLATE_LABELS } from '$lib/domain/project';
import { expect, test } from 'vitest';
import { aBox, anAnnotation } from '../../fixtures/builders';
import { summarize } from '$lib/domain/task';
import { everything, imported, aProjectWith, PROJECT, taskId, type World } from '../../fixtures/exchange';

let made = 0;
const template = () => makeLabels(TEMPLATE_LABELS, [], () => asId<'label'>(`template-${(made += 1)}`));
const YOLO = { 'labels/a.txt': '0 0.5 0.5 0.2 0.5\n', 'classes.txt': 'polyp\ntool\n' };
const namesIn = async (world: World) =>
  (await world.database.projects.get(PROJECT))!.labels.map(({ name }) => name);

test('labels of the template that nothing uses go when an import brings its own, and the preview says so', async () => {
  const world = await aProjectWith(['a.jpg'], { labels: template() });
  const before = await everything(world);
  const preview = await imported(world, YOLO, { isPreview: true });
  expect(preview.detail.goingLabels).toEqual(['Airplane', 'Car']);
  expect(await everything(world)).toEqual(before);
  await imported(world, YOLO);
  expect(await namesIn(world)).toEqual(['polyp', 'tool']);
  const { removedLabels } = (await world.database.projects.get(PROJECT))!;
  expect(removedLabels!.map(({ label }) => label.name)).toEqual(['Airplane', 'Car']);
});

test.each([
  [
    'a person has changed',
    async () => aProjectWith(['a.jpg'], { labels: template().map((one) => ({ ...one, hotkey: 'x' })) }),
  ],
  [
    'a box has',
    async () => {
      const labels = template();
      const world = await aProjectWith(['a.jpg', 'b.jpg'], { labels });
      const annotation = anAnnotation({ taskId: taskId(2), regions: [aBox({ labelId: labels[1]!.id })] });
      await world.database.annotations.put(annotation);
      await world.database.tasks.update(taskId(2), summarize(annotation, null));
      return world;
    },
  ],
])('labels that %s stay', async (_, make) => {
  const world = await make();
  await imported(world, YOLO);
  expect(await namesIn(world)).toEqual(['Airplane', 'Car', 'polyp', 'tool']);
});

test('a label of the template that the import asks for stays; one that brings no label takes none', async () => {
  const world = await aProjectWith(['a.jpg'], { labels: template() });
  await imported(world, { ...YOLO, 'classes.txt': 'Car\ntool\n' });
  expect(await namesIn(world)).toEqual(['Car', 'tool']);
  const other = await aProjectWith(['a.jpg'], { labels: template() });
  await imported(other, { ...YOLO, 'classes.txt': 'Car\nAirplane\n' });
  expect(await namesIn(other)).toEqual(['Airplane', 'Car']);
});

test('rows of one picture may stand anywhere in a table', async () => {
  const rows = ['a.jpg,1,2,3,4,x', 'b.jpg,5,6,7,8,x', 'a.jpg,9,10,11,12,y', 'c.jpg,1,2,x,4,y', 'b.jpg,,,,,'];
  const world = await aProjectWith(['a.jpg', 'b.jpg', 'c.jpg'], { labels: [] });
  const report = await imported(world, { 't.csv': `file,xmin,ymin,xmax,ymax,label\n${rows.join('\n')}\n` });
  const boxes = async (number: number) =>
    (await annotationOf(world.database, taskId(number)))?.regions.map(({ x, y }) => [x, y]);
  expect(await boxes(1)).toEqual([
    [1, 2],
    [9, 10],
  ]);
  expect(await boxes(2)).toEqual([[5, 6]]);
  expect(await boxes(3)).toBeUndefined();
  expect(report.skipped.map(({ code, path }) => [code, path])).toEqual([
    ['number-invalid', 't.csv'],
    ['nothing-taken', 'c.jpg'],
  ]);
});
