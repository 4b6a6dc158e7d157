import { confusion } from '$lib/domain/evaluation/confusion';
import { summarizeScores } from '$lib/domain/evaluation/summary';
import { VERDICTS } from '$lib/domain/evaluation/verdicts';
import { wrongBoxes } from '$lib/domain/evaluation/wrong-boxes';
import { asId, epochMs, type LabelId, type TaskId } from '$lib/domain/ids';
import type { PredictedRegion, Prediction } from '$lib/domain/prediction';
import type { BoxRegion } from '$lib/domain/regions/box';
import { evaluate } from '$lib/services/evaluation/evaluate-model';
import { makeEvaluations } from '$lib/services/evaluation/evaluations';
import { expect, test } from 'vitest';
import { aBox, aLabel, anAnnotation, aProject, aTask } from '../../fixtures/builders';
import { USUAL } from '$lib/detectors/convention';
import { aWorld } from '../../fixtures/world';

const near = (value: number): unknown => expect.closeTo(value, 12);
const [POLYP, SNARE] = [asId<'label'>('label-1'), asId<'label'>('label-2')];
const SAID = {
  projectId: asId<'project'>('project-1'),
  modelId: asId<'model'>('import:them'),
  modelVersion: 1,
};

const found = (x: number, score: number, labelId: LabelId | null = POLYP): PredictedRegion => ({
  x,
  y: 0,
  width: 50,
  height: 50,
  labelId,
  classNumber: 0,
  className: labelId === null ? 'cat' : 'polyp',
  score,
});
const drawn = (x: number, more: Partial<BoxRegion> = {}): BoxRegion =>
  aBox({ id: asId<'region'>(`r${x}`), x, y: 0, width: 50, height: 50, ...more });
const id = (number: number): TaskId => asId<'task'>(`task-${number}`);

/** Tasks with what was submitted (null: nothing) and what was predicted (null: nothing was asked). */
async function world(
  rows: readonly (readonly [readonly BoxRegion[] | null, readonly PredictedRegion[] | null])[],
  said = SAID,
) {
  const { database, context, ports } = aWorld();
  await database.projects.put(
    aProject({ labels: [aLabel(), aLabel({ id: SNARE, name: 'snare', hotkey: '2' })] }),
  );
  for (const [at, [regions, predicted]] of rows.entries()) {
    const number = at + 1;
    await database.tasks.add([
      aTask({
        id: id(number),
        number,
        path: `${number}.jpg`,
        progress: regions === null ? 'unlabelled' : 'submitted',
        predictionCount: predicted === null ? 0 : 1,
      }),
    ]);
    if (regions !== null) await database.annotations.put(anAnnotation({ taskId: id(number), regions }));
    const prediction: Prediction = {
      ...said,
      id: asId<'prediction'>(`p${number}`),
      taskId: id(number),
      regions: predicted ?? [],
      rejected: [],
      createdAt: epochMs(1),
    };
    if (predicted !== null) await database.predictions.put([prediction]);
  }
  return { database, ports, run: (of = said) => evaluate(database, of, context) };
}

const connected = (labelOfClass: readonly (LabelId | null)[], modelId = 'model-1') => ({
  id: asId<'model'>(modelId),
  projectId: SAID.projectId,
  version: 1,
  name: 'Small',
  fileName: 'small.onnx',
  size: 1,
  hash: 'h',
  kind: 'onnx' as const,
  architecture: '',
  classNames: ['a', 'b'],
  labelOfClass,
  settings: {
    ...USUAL,
    convention: 'torchvision',
    fit: 'native' as const,
    padding: 0,
    scoreThreshold: 0,
    maxDetections: 100,
    batchNormEpsilon: 0,
  },
  isInteractive: false,
  provider: 'auto' as const,
  ranOn: null,
  createdAt: epochMs(2),
});

test('submitted tasks are judged with what the model said about them, in their order', async () => {
  const { run } = await world([
    [
      [drawn(0), drawn(100)],
      [found(0, 0.9), found(300, 0.8)],
    ],
    [null, [found(0, 0.99)]], // not submitted: not judged
    [[], []], // deliberately empty, and nothing was said
    [[drawn(0)], null], // not asked
    [[drawn(200)], [found(200, 0.7)]],
  ]);
  const { numbers, truth, found: said, scores, verdicts, left } = await run();
  expect([...numbers]).toEqual([1, 3, 5]);
  expect([...truth.starts]).toEqual([0, 2, 2, 3]);
  expect([...said.starts]).toEqual([0, 2, 2, 3]);
  expect([...said.score]).toEqual([0.9, 0.8, 0.7]);
  expect([...verdicts.verdict].map((at) => VERDICTS[at])).toEqual(['right', 'false-positive', 'right']);
  // Right, wrong, right of three, as in the case worked by hand: 56 / 101.
  expect(summarizeScores(scores).precision.all).toBeCloseTo(56 / 101, 12);
  expect(scores.map(({ trueCount, foundCount }) => [trueCount, foundCount])).toEqual([
    [3, 3],
    [0, 0],
  ]);
  expect(left).toEqual({
    tasksWithoutPrediction: 1,
    replaced: 0,
    boxesWithoutLabel: 0,
    boxesOfOtherClasses: 0,
    otherClasses: [],
    turned: 0,
    crowds: 0,
  });
});

test('crowds and given areas count as COCO has them', async () => {
  const { run } = await world([
    [
      // 50 x 50 is medium; the object in it is small.
      [drawn(0, { segmentArea: 900, segmentBoxArea: 2500 }), drawn(200, { isCrowd: true, width: 200 })],
      [found(0, 0.5), found(220, 0.9)],
    ],
  ]);
  const { truth, scores, left, verdicts } = await run();
  expect([...truth.area]).toEqual([900, 10_000]);
  expect([...truth.isCrowd]).toEqual([0, 1]);
  expect(left.crowds).toBe(1);
  expect(scores[0]).toMatchObject({ trueCount: 1 });
  // What lies in the crowd is neither right nor wrong, though it is surer.
  expect(scores[0]!.precision).toMatchObject({ all: near(1), small: near(1), medium: null });
  expect([...verdicts.verdict].map((at) => VERDICTS[at])).toEqual(['right', 'crowded']);
});

test('a given area holds for as long as the box has its size', async () => {
  const { run } = await world([
    [[drawn(0, { segmentArea: 900, segmentBoxArea: 1600 })], [found(0, 0.5)]],
    [[drawn(0, { rotation: 90, width: 40, segmentArea: 900, segmentBoxArea: 2000 })], [found(0, 0.5)]],
  ]);
  expect([...(await run()).truth.area]).toEqual([2500, 900]);
});

test('scores beyond 0..1 stay as they are', async () => {
  // By score: wrong at 7, right at 1.5, right at -3: precision 1/2 and 2/3 at recalls 1/2 and 1, made to fall: 2/3.
  const { run } = await world([
    [
      [drawn(0), drawn(100)],
      [found(300, 7), found(0, 1.5), found(100, -3)],
    ],
  ]);
  const evaluation = await run();
  expect([...evaluation.found.score]).toEqual([7, 1.5, -3]);
  expect(evaluation.scores[0]!.precision.all).toEqual(near(2 / 3));
  const { truth, found: said, verdicts } = evaluation;
  expect([...verdicts.takenAt]).toEqual([1.5, -3]);
  const missed = (threshold: number) =>
    wrongBoxes(truth, said, verdicts, 'missed', threshold, null).places.length;
  expect([missed(-10), missed(0), missed(2)]).toEqual([0, 1, 2]);
  expect(confusion(truth, said, verdicts, 2, -10)[0]![2]).toBe(0);
  expect(confusion(truth, said, verdicts, 2, 0)[0]![2]).toBe(1);
});

test('true boxes that were accepted from this very model are counted, changed or not', async () => {
  const from = (x: number, score: number, more: Partial<BoxRegion> = {}) =>
    drawn(x, { origin: 'prediction', score, ...more });
  const { run } = await world([
    [
      [
        from(0, 0.9),
        from(103, 0.8, { origin: 'prediction-changed', width: 60 }),
        // Another model's: another score, or another place.
        from(200, 0.75),
        from(330, 0.6),
        // Drawn by hand where the model says so, too.
        drawn(400),
      ],
      [found(0, 0.9), found(100, 0.8), found(200, 0.7), found(300, 0.6), found(400, 0.5)],
    ],
    // Of another picture.
    [[from(0, 0.9)], [found(50, 0.9)]],
    [[from(500, 0.4, { origin: 'prediction-changed' })], [found(0, 0.4)]],
  ]);
  expect((await run()).accepted).toEqual({ asSaid: 1, changed: 1 });
});

test('unsent work does not unsay what was submitted, and skipped tasks are not judged', async () => {
  const { database, run } = await world([
    [[drawn(0)], [found(0, 0.9)]],
    [[drawn(0)], [found(0, 0.9)]],
  ]);
  await database.tasks.update(id(1), { progress: 'draft' });
  await database.tasks.update(id(2), { progress: 'skipped' });
  await database.annotations.put(anAnnotation({ taskId: id(2), isSkipped: true }));
  expect([...(await run()).numbers]).toEqual([1]);
});

test('turned boxes are judged by the upright box around them, and counted', async () => {
  // 50 x 50 about (25, 25) turned by 45 degrees: 70.71 wide and high from -10.36 on.
  const { run } = await world([[[drawn(0, { rotation: 45 })], [found(0, 0.9)]]]);
  const { truth, left } = await run();
  expect(left.turned).toBe(1);
  expect(truth.width[0]).toBeCloseTo(50 * Math.SQRT2, 9);
  expect(truth.x[0]).toBeCloseTo(25 - 25 * Math.SQRT2, 9);
});

test('what has no label in the project is left out and named', async () => {
  const gone = asId<'label'>('gone');
  const { run } = await world([
    [
      [drawn(0), drawn(100, { labelId: null }), drawn(200, { labelId: gone })],
      [found(0, 0.9), found(1, 0.8, null)],
    ],
  ]);
  const { left, scores } = await run();
  expect(left).toMatchObject({ boxesWithoutLabel: 2, boxesOfOtherClasses: 1, otherClasses: ['cat'] });
  expect(scores[0]!.precision.all).toBeCloseTo(1, 12);
});

test('labels that the model does not know are named, and count as missed', async () => {
  const said = { ...SAID, modelId: asId<'model'>('model-1') };
  const { database, run } = await world(
    [[[drawn(0), drawn(100, { labelId: SNARE })], [found(0, 0.9)]]],
    said,
  );
  await database.models.put(connected([POLYP, null]));
  const { unknownLabels, scores } = await run();
  expect(unknownLabels).toEqual([SNARE]);
  expect(summarizeScores(scores).precision.all).toBeCloseTo(0.5, 12);
  // A class that means it but found none of it here is known.
  await database.models.put(connected([POLYP, SNARE]));
  expect((await run()).unknownLabels).toEqual([]);
});

test.each([
  ['nothing is submitted', [[null, [found(0, 0.9)]]], 'evaluation-nothing-submitted', {}],
  ['nothing was asked', [[[drawn(0)], null]], 'evaluation-no-predictions', { name: 'them', tasks: 1 }],
  [
    'no label is known',
    [[[drawn(0)], [found(0, 0.9, null)]]],
    'evaluation-labels-unknown',
    { name: 'them', labels: 'polyp' },
  ],
] as const)('%s: said by a code', async (_, rows, code, about) => {
  const { run } = await world(rows);
  await expect(run()).rejects.toMatchObject({ code, about });
});

test('a model that found nothing at all is judged: everything is missed', async () => {
  const { run } = await world([[[drawn(0)], []]]);
  expect(summarizeScores((await run()).scores).precision.all).toBe(0);
});

test('with empty pictures alone there is no precision, and what was found is a false positive', async () => {
  const { run } = await world([[[], [found(0, 0.9)]]]);
  const { scores, verdicts } = await run();
  expect(summarizeScores(scores).precision.all).toBeNull();
  expect([...verdicts.verdict].map((at) => VERDICTS[at])).toEqual(['false-positive']);
});

test('a project that is gone is said, and cancelling stops it', async () => {
  const { database, run } = await world([[[drawn(0)], [found(0, 0.9)]]]);
  const signal = AbortSignal.abort();
  await expect(evaluate(database, SAID, { signal, report: () => undefined })).rejects.toThrow();
  await expect(run({ ...SAID, projectId: asId<'project'>('gone') })).rejects.toMatchObject({
    code: 'project-missing',
  });
});

test('connected models and imported predictions can be chosen', async () => {
  const { database, ports } = await world([[[drawn(0)], [found(0, 0.9)]]]);
  await database.models.put(connected([POLYP]));
  await database.models.put({ ...connected([POLYP]), version: 2, createdAt: epochMs(3) });
  const choices = await makeEvaluations(ports).choices(SAID.projectId);
  expect(choices.map(({ name, modelVersion, isImported }) => [name, modelVersion, isImported])).toEqual([
    ['Small', 2, false],
    ['Small', 1, false],
    ['them', 1, true],
  ]);
});

test('more tasks than a page come out whole', async () => {
  const { run } = await world(
    Array.from({ length: 510 }, (_, at) => [[drawn(at % 7)], [found(at % 7, 0.5)]] as const),
  );
  const { numbers, scores } = await run();
  expect(numbers).toHaveLength(510);
  expect(scores[0]!.precision.all).toBeCloseTo(1, 12);
});
