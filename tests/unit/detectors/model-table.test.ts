import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { onnxPipeline } from '$lib/detectors/all';
import type { Pixels } from '$lib/detectors/detector';
import { identifyOnnx } from '$lib/detectors/identify';
import { readSignature } from '$lib/detectors/onnx/read';
import { AppError } from '$lib/domain/errors';
import { constantModel } from '../../fixtures/constant-model';
import { PUBLIC_DETECTORS, type Found } from '../../fixtures/public-detectors';
import { REFUSED_MODELS } from '../../fixtures/refused-models';
import { runGraphs } from '../../fixtures/run-graphs';
import { hasShared, shared } from '../../fixtures/shared';

interface Row {
  readonly file: string;
  readonly guessed: string;
  readonly isRight: boolean;
  readonly isAccepted: boolean;
}
const TABLE: Row[] = [];
afterAll(() => {
  const lines = TABLE.map(
    ({ file, guessed, isRight }) => `${isRight ? 'right' : 'WRONG'}  ${file}: ${guessed}`,
  );
  console.log(
    [...lines, `${TABLE.filter(({ isRight }) => isRight).length} of ${TABLE.length} right`].join('\n'),
  );
});

const grey = (width: number, height: number): Pixels => ({
  width,
  height,
  rgba: new Uint8ClampedArray(width * height * 4).fill(120),
});

/** Reads the file, guesses, and tries it on a picture in ONNX Runtime, all without touching a field. */
async function tried(bytes: Uint8Array, file: string, picture?: readonly [number, number]) {
  const blob = new Blob([new Uint8Array(bytes)]);
  const signature = await readSignature(blob);
  const identified = identifyOnnx(signature, file);
  const { settings } = identified;
  const [width, height] = picture ?? [settings.inputSize?.width ?? 640, settings.inputSize?.height ?? 640];
  const pipeline = onnxPipeline(identified, signature, settings);
  const { run, release } = await runGraphs(pipeline, blob, 1);
  try {
    const found = await pipeline.detect(grey(width, height), {
      run,
      settings,
      isTrial: true,
      signal: new AbortController().signal,
      report: () => undefined,
    });
    return {
      identified,
      turns: found.map(({ rotation }) => rotation ?? 0),
      found: found.map(({ x, y, width: across, height: down, score, classNumber }): Found => [
        x,
        y,
        across,
        down,
        score,
        classNumber,
      ]),
    };
  } finally {
    await release();
  }
}

const isClose = (one: Found, other: Found): boolean =>
  one.every((value, at) => Math.abs(value - other[at]!) <= (at === 4 ? 0.001 : 0.02));
const same = (found: readonly Found[], wanted: readonly Found[]): boolean =>
  found.length === wanted.length && wanted.every((one) => found.some((other) => isClose(one, other)));

describe('public detectors by what their exporters write', () => {
  test.each(PUBLIC_DETECTORS.map((one) => [one.kind, one] as const))(
    '%s',
    async (
      kind,
      { spec, file = 'model.onnx', picture, convention, preprocessed = {}, found: wanted, rotation = 0 },
    ) => {
      const { identified, found, turns } = await tried(constantModel(spec), file, picture);
      const isRight = identified.settings.convention === convention && same(found, wanted);
      TABLE.push({ file: kind, guessed: identified.architecture, isRight, isAccepted: true });
      expect(identified.settings).toMatchObject({ convention, ...preprocessed });
      expect(found).toHaveLength(wanted.length);
      for (const turn of turns) expect(turn).toBeCloseTo(rotation, 3);
      wanted.forEach((one, at) =>
        one.forEach((value, part) => expect(found[at]![part]).toBeCloseTo(value, part === 4 ? 3 : 1)),
      );
    },
  );
});

describe('refused, never accepted with wrong boxes', () => {
  test.each(REFUSED_MODELS.map((one) => [one.kind, one] as const))(
    '%s',
    async (kind, { spec, file, reason }) => {
      const outcome = await tried(constantModel(spec), file ?? 'model.onnx').catch((error: unknown) => error);
      const told = outcome instanceof AppError ? String(outcome.about['reason']) : 'accepted';
      TABLE.push({
        file: kind,
        guessed: `refused: ${told}`,
        isRight: told === reason,
        isAccepted: told === 'accepted',
      });
      expect(told).toBe(reason);
    },
  );
});

const REPORTED: readonly (readonly [string, readonly [number, number], readonly Found[]])[] = [
  ['R38/model/ppyoloe.onnx', [640, 640], []],
  ['R38/model/rtdetr_paddle.onnx', [640, 640], []],
  ['R38/model/yolov3_two_inputs.onnx', [640, 640], []],
  ...['yolo_nas_s', 'yolo_nas_s_swapped', 'yolo_nas_flat'].map(
    (name) =>
      [
        `R40/model/${name}.onnx`,
        [160, 160],
        [
          [40, 30, 80, 60, 0.9, 2],
          [100, 100, 50, 50, 0.8, 0],
        ],
      ] as const,
  ),
];
describe.skipIf(!hasShared)('files of reports', () => {
  test.each(REPORTED)('%s', async (path, picture, wanted) => {
    const { identified, found } = await tried(
      readFileSync(shared(`reports/${path}`)),
      path.split('/').at(-1)!,
      picture,
    );
    const isRight = wanted.length === 0 ? found.length === 1 && found[0]![5] === 0 : same(found, wanted);
    TABLE.push({ file: path, guessed: identified.architecture, isRight, isAccepted: true });
    if (wanted.length > 0) expect(found).toHaveLength(wanted.length);
    else expect(found.map(([, , , , score, number]) => [score.toFixed(2), number])).toEqual([['0.90', 0]]);
    expect(isRight).toBe(true);
  });
});

test('at least 95 % are guessed right without touching a field, none is accepted wrongly', () => {
  expect(TABLE.filter(({ isRight }) => isRight).length / TABLE.length).toBeGreaterThanOrEqual(0.95);
  expect(TABLE.filter(({ isRight, isAccepted }) => isAccepted && !isRight)).toEqual([]);
});
