import { describe, expect, test } from 'vitest';
import { onnxPipeline } from '$lib/detectors/all';
import { USUAL } from '$lib/detectors/convention';
import { preprocessBy } from '$lib/detectors/preprocess-by';
import type { NamedTensors, Pixels, RunGraph, Tensor, TensorInfo } from '$lib/detectors/detector';
import type { DetectorSettings } from '$lib/domain/model';

const PIXELS: Pixels = { width: 8, height: 4, rgba: new Uint8ClampedArray(128).fill(255) };
const IMAGE: TensorInfo = { name: 'images', type: 'float32', shape: [1, 3, 64, 64] };
const SETTINGS: DetectorSettings = {
  ...USUAL,
  convention: 'end-to-end',
  inputSize: { width: 64, height: 64 },
};

const chosen = (...rows: readonly number[][]): NamedTensors => ({
  output0: { type: 'float32', shape: [1, rows.length, 6], data: Float32Array.from(rows.flat()) },
});

/** Runs a network that says one thing of every picture, and keeps what it was given. */
function world(outputs: NamedTensors, inputs: readonly TensorInfo[] = [IMAGE]) {
  const given: NamedTensors[] = [];
  const run: RunGraph = (_, tensors) => {
    given.push(tensors);
    return Promise.resolve(outputs);
  };
  const pipeline = onnxPipeline({ classCount: null }, { inputs, externalFiles: ['a.data'] }, SETTINGS);
  const detect = (overruled: Partial<DetectorSettings> = {}, signal = new AbortController().signal) =>
    pipeline.detect(PIXELS, {
      run,
      settings: { ...SETTINGS, ...overruled },
      signal,
      report: () => undefined,
    });
  return { pipeline, detect, given };
}

const BOXES = chosen(
  [0, 16, 32, 48, 0.9, 1],
  [0, 18, 32, 48, 0.8, 1],
  [32, 16, 64, 48, 0.3, 0],
  [0, 0, 4, 4, 0.05, 0],
);

test('its graph is the file, its weights the files beside it', () => {
  expect(world(BOXES).pipeline.graphs).toEqual([
    { id: 'file', bytes: 'file', external: [{ location: 'a.data', bytes: 'beside' }] },
  ]);
});

test('boxes come in pixels of the picture, by falling score, none below the threshold', async () => {
  // 8 x 4 in 64 x 64: eight times as large, 16 below the upper edge.
  expect(await world(BOXES).detect({ iouThreshold: 1 })).toEqual([
    { x: 0, y: 0, width: 4, height: 4, score: expect.closeTo(0.9) as number, classNumber: 1 },
    { x: 0, y: 0.25, width: 4, height: 3.75, score: expect.closeTo(0.8) as number, classNumber: 1 },
    { x: 4, y: 0, width: 4, height: 4, score: expect.closeTo(0.3) as number, classNumber: 0 },
  ]);
});

test('a picture that was preprocessed elsewhere by the plan gives the same', async () => {
  const { pipeline, detect, given } = world(BOXES);
  const preprocessed = preprocessBy(pipeline.preprocessPlan!, PIXELS, SETTINGS);
  const found = await detect();
  const bare = { width: PIXELS.width, height: PIXELS.height, rgba: new Uint8ClampedArray() };
  const again = await pipeline.detect(bare, {
    run: (_, tensors) => Promise.resolve((given.push(tensors), BOXES)),
    preprocessed,
    settings: SETTINGS,
    signal: new AbortController().signal,
    report: () => undefined,
  });
  expect(again).toEqual(found);
  expect(given[1]).toEqual(given[0]);
});

test('what a person overrules takes effect with the next picture', async () => {
  const { detect, given } = world(BOXES);
  const count = async (overruled: Partial<DetectorSettings>) => (await detect(overruled)).length;
  expect(await count({ iouThreshold: 0.5 })).toBe(2);
  expect(await count({ iouThreshold: 1, scoreThreshold: 0.5 })).toBe(2);
  expect(await count({ iouThreshold: 1, scoreThreshold: 0.01 })).toBe(4);
  expect(await count({ iouThreshold: 1, maxDetections: 1 })).toBe(1);
  const [stretched] = await detect({ fit: 'stretch' });
  expect(stretched).toMatchObject({ x: 0, y: 1, width: 4, height: 2 });
  await detect({ convention: 'yolo-v8', range: 255 });
  expect(given.at(-1)!['images']!.data[64 * 20]).toBe(255);
  await detect({ layout: 'nhwc', inputSize: { width: 32, height: 16 } });
  expect(given.at(-1)!['images']!.shape).toEqual([1, 16, 32, 3]);
  await expect(detect({ convention: 'torchvision' })).rejects.toThrow('outputs-unknown');
  await expect(detect({ convention: '' })).rejects.toThrow('outputs-unknown');
});

test('without a convention nothing is opened', () => {
  expect(() => onnxPipeline({ classCount: null }, { inputs: [IMAGE], externalFiles: [] }, USUAL)).toThrow(
    'outputs-unknown',
  );
});

describe('inputs', () => {
  const shaped = async (
    info: Partial<TensorInfo>,
    settings: Partial<DetectorSettings> = {},
  ): Promise<Tensor> => {
    const { detect, given } = world(BOXES, [{ ...IMAGE, ...info }]);
    await detect(settings);
    return given[0]!['images']!;
  };
  test('a picture without a batch, and a batch with one picture in it', async () => {
    expect((await shaped({ shape: [3, 'h', 'w'] })).shape).toEqual([3, 64, 64]);
    const several = await shaped({ shape: [2, 3, 64, 64] });
    expect(several.shape).toEqual([2, 3, 64, 64]);
    expect([several.data[64 * 32], several.data.at(-1)]).toEqual([1, 0]);
  });
  test('half floats, doubles, bytes', async () => {
    expect(await shaped({ type: 'float16' })).toMatchObject({
      type: 'float16',
      data: expect.any(Uint16Array) as Uint16Array,
    });
    expect((await shaped({ type: 'float16' })).data[64 * 32]).toBe(0x3c00);
    expect((await shaped({ type: 'float64' })).data).toBeInstanceOf(Float64Array);
    const bytes = await shaped({ type: 'uint8' }, { range: 255, layout: 'nhwc' });
    expect(bytes.shape).toEqual([1, 64, 64, 3]);
    expect([bytes.data[0], bytes.data[64 * 32 * 3]]).toEqual([114, 255]);
  });
  test('a type that no picture can be is refused', async () => {
    await expect(shaped({ type: 'other' })).rejects.toThrow('no-picture');
  });
  test('sizes and masks are given, what is strange is refused', async () => {
    const sizes: TensorInfo = { name: 'orig_target_sizes', type: 'int64', shape: ['b', 2] };
    const mask: TensorInfo = { name: 'pixel_mask', type: 'int64', shape: ['b', 'h', 'w'] };
    const { detect, given } = world(BOXES, [sizes, IMAGE, mask]);
    await detect({ inputSize: { width: 96, height: 32 } });
    expect(given[0]!['orig_target_sizes']).toEqual({
      type: 'int64',
      shape: [1, 2],
      data: BigInt64Array.of(96n, 32n),
    });
    expect(given[0]!['pixel_mask']!.shape).toEqual([1, 32, 96]);
    const strange = world(BOXES, [IMAGE, { name: 'tide', type: 'float32', shape: [1, 2] }]);
    await expect(strange.detect()).rejects.toThrow(/input-unknown.*tide/);
  });
});

describe('the first picture', () => {
  const zeros: NamedTensors = {
    output0: { type: 'float32', shape: [1, 6, 84], data: new Float32Array(504) },
  };
  test('numbers that are none are refused', async () => {
    await expect(world(chosen([0, 0, 1, 1, NaN, 0])).detect()).rejects.toMatchObject({
      code: 'model-failed',
      about: { reason: 'outputs-nan', name: 'output0' },
    });
  });
  test('nothing but zeros is refused where every place has an answer, not where boxes are chosen', async () => {
    await expect(world(zeros).detect({ convention: 'yolo-v8' })).rejects.toThrow('outputs-zero');
    expect(await world(chosen([0, 0, 0, 0, 0, 0])).detect()).toEqual([]);
  });
});

test('given up, nothing is run', async () => {
  const { detect, given } = world(BOXES);
  await expect(detect({}, AbortSignal.abort())).rejects.toThrow(/abort/i);
  expect(given).toEqual([]);
});
