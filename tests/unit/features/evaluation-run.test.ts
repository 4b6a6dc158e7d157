import { asId } from '$lib/domain/ids';
import {
  EvaluationRun,
  choiceKey,
  choiceName,
  formatDifference,
  formatFraction,
} from '$lib/features/evaluation/run.svelte';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { aBox, aPredictedBox, aPrediction } from '../../fixtures/builders';
import { aProjectWith, PROJECT, taskId, type World } from '../../fixtures/exchange';
import { onScreen, screenServices } from '../../fixtures/screen.svelte';
import { predict } from '../../fixtures/world';

const SIZE = { width: 100, height: 80 };
const JUDGED = {
  projectId: PROJECT,
  modelId: asId<'model'>('m'),
  modelVersion: 1,
  name: 'Small',
  isImported: false,
};

let world: World;
beforeEach(async () => void (world = await aProjectWith(['a.jpg', 'b.jpg'])));

function aRun() {
  const services = screenServices(world);
  const run = new EvaluationRun(services.evaluations);
  onScreen(() => [run.done, run.result, run.problem]);
  const start = () => onTestFinished(run.start(JUDGED));
  return { run, services, start };
}
/** A submitted task, and a model that found what a person drew, at the same place. */
async function aJudgedTask({ services: { annotations } }: ReturnType<typeof aRun>) {
  const box = aBox();
  await annotations.submit(await annotations.open(taskId(1)), [box], SIZE);
  const { x, y, width, height, labelId } = box;
  const regions = [aPredictedBox({ x, y, width, height, labelId, score: 0.9 })];
  await predict(world.database, aPrediction({ regions }));
}

test('a model that finds what a person drew gets full marks', async () => {
  const judging = aRun();
  await aJudgedTask(judging);
  judging.start();
  expect(judging.run.done).toBe(0);
  await expect.poll(() => judging.run.result).not.toBeNull();
  const { summary, judged } = judging.run.result!;
  expect([judged, summary.trueCount, summary.foundCount]).toEqual([JUDGED, 1, 1]);
  expect(summary.precision50).toBeCloseTo(1, 9);
  expect([judging.run.done, judging.run.problem]).toEqual([null, null]);
});

test('where nothing was submitted there is no result but the reason, until it is started anew', async () => {
  const judging = aRun();
  judging.start();
  await expect.poll(() => judging.run.problemCode).toBe('evaluation-nothing-submitted');
  expect([judging.run.result, judging.run.done, judging.run.problem]).toEqual([
    null,
    null,
    expect.stringMatching(/submitted/i),
  ]);
  await aJudgedTask(judging);
  judging.start();
  expect(judging.run.problem).toBeNull();
  await expect.poll(() => judging.run.result).not.toBeNull();
});

test('a judging that was stopped comes to nothing, and another one is not disturbed by it', async () => {
  const judging = aRun();
  await aJudgedTask(judging);
  judging.run.start(JUDGED)();
  judging.run.clear();
  judging.start();
  await expect.poll(() => judging.run.result?.judged).toEqual(JUDGED);
  expect(judging.run.done).toBeNull();
});

test('choices are told apart by model and version, and named as people read them', () => {
  expect(choiceKey(JUDGED)).toBe('m/1');
  expect([choiceName(JUDGED), choiceName({ ...JUDGED, isImported: true })]).toEqual([
    expect.stringMatching(/Small.*1/),
    expect.stringMatching(/Small/),
  ]);
});

test.each([
  [0.5, 0.25, '0.500', '+0.250'],
  [0.25, 0.5, '0.250', '−0.250'],
  [0.5, 0.50001, '0.500', '0.000'],
  [null, 0.5, '–', '–'],
] as const)('%s against %s is shown as %s and %s', (one, other, shown, more) => {
  expect([formatFraction(one), formatDifference(one, other)]).toEqual([shown, more]);
});
