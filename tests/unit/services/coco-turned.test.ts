import { expect, test } from 'vitest';
import { aProjectWith, imported, taskId } from '../../fixtures/exchange';
import { annotationOf } from '../../fixtures/work';

/** 40 x 20 pixels about (50, 40). */
const CENTRE = [50, 40, 40, 20] as const;
const images = [{ id: 1, file_name: 'a.jpg', width: 100, height: 80 }];
const categories = [{ id: 1, name: 'polyp' }];
const near = (rotation: number) => ({
  x: expect.closeTo(30, 9) as number,
  y: expect.closeTo(30, 9) as number,
  width: 40,
  height: 20,
  rotation: expect.closeTo(rotation, 9) as number,
});

test.each([
  ['a bbox of five numbers: the centre and degrees against the clock', { bbox: [...CENTRE, 30] }, 330],
  ['a bbox of five numbers, turned the other way', { bbox: [...CENTRE, -30] }, 30],
  ['a bbox of five numbers that is not turned', { bbox: [...CENTRE, 0] }, 0],
  ['rbox: the centre and radians with the clock', { rbox: [...CENTRE, Math.PI / 6] }, 30],
  ['rbox beside its four corners', { rbox: [...CENTRE, Math.PI / 2], poly: [0, 0, 1, 0, 1, 1, 0, 1] }, 90],
])('%s is a turned box', async (_, place, rotation) => {
  const world = await aProjectWith(['a.jpg']);
  const annotations = [{ id: 1, image_id: 1, category_id: 1, iscrowd: 0, ...place }];
  const report = await imported(world, { 'a.json': JSON.stringify({ images, categories, annotations }) });
  expect(report.skipped).toEqual([]);
  expect((await annotationOf(world.database, taskId(1)))?.regions).toMatchObject([near(rotation)]);

  const other = await aProjectWith(['a.jpg']);
  const results = [{ image_id: 1, category_id: 1, score: 0.5, ...place }];
  await imported(other, {
    'a.json': JSON.stringify({ images, categories, annotations: [] }),
    'predictions.json': JSON.stringify(results),
  });
  const [prediction] = await other.database.predictions.forTask(taskId(1));
  const { rotation: turned, ...rect } = near(rotation);
  expect(prediction?.regions).toMatchObject([{ ...rect, ...(rotation === 0 ? {} : { rotation: turned }) }]);
});

test.each([
  ['six numbers', { bbox: [...CENTRE, 30, 1] }],
  ['an angle that is no number', { bbox: [...CENTRE, 'left'] }],
  ['an rbox of four', { rbox: [...CENTRE] }],
])('%s are refused, never read as corners', async (_, place) => {
  const world = await aProjectWith(['a.jpg']);
  const annotations = [{ id: 1, image_id: 1, category_id: 1, ...place }];
  const report = await imported(world, { 'a.json': JSON.stringify({ images, categories, annotations }) });
  expect(report.skipped.map(({ code }) => code)).toContain('number-invalid');
  expect(await annotationOf(world.database, taskId(1))).toBeUndefined();
});

test('boxes of one place that are turned otherwise are not the same box twice', async () => {
  const world = await aProjectWith(['a.jpg']);
  const annotations = [0, 30].map((angle, at) => ({
    ...{ id: at + 1, image_id: 1, category_id: 1, bbox: [...CENTRE, angle] },
  }));
  await imported(world, { 'a.json': JSON.stringify({ images, categories, annotations }) });
  expect((await annotationOf(world.database, taskId(1)))?.regions).toHaveLength(2);
});
