import type { Detection } from '$lib/detectors/detector';
import { preprocessBy } from '$lib/detectors/preprocess-by';
import { fromFloat16, toFloat16 } from '$lib/detectors/float16';
import { pthPipeline } from '$lib/detectors/torch/all';
import { identifyPth } from '$lib/detectors/torch/identify';
import { readPth } from '$lib/detectors/torch/read-pth';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readPng } from '../../../fixtures/png';
import { makePth, type MadeTensor } from '../../../fixtures/pth';
import { runGraphs } from '../../../fixtures/run-graphs';
import { TORCHVISION_FOLDER } from '../../../fixtures/torchvision';
import { generatedTensors, moreReference } from '../../../fixtures/torchvision-more';

/** SSDlite's weights are few: in a moment they are saved in another way and run. */
const TENSORS = generatedTensors(moreReference('ssdlite320_mobilenet_v3_large').tensors);
const pixels = readPng(readFileSync(`${TORCHVISION_FOLDER}/image-487x332.png`));

type Change = (values: Float32Array, shape: readonly number[]) => Partial<MadeTensor> | null;

/** `isFed`: the picture is brought to the network's input elsewhere, and only its size comes along. */
async function detect(change: Change, isFed = false): Promise<readonly Detection[]> {
  const file = makePth(
    new Map(
      [...TENSORS].map(([name, tensor]) => {
        const values = new Float32Array(tensor.values!.buffer);
        return [name, { ...tensor, ...change(values, tensor.shape) }];
      }),
    ),
  );
  const state = await readPth(file, 'x.pth');
  const identified = identifyPth(state, 'x.pth');
  const pipeline = await pthPipeline(state, file, identified, identified.settings);
  const { run, release } = await runGraphs(pipeline, file);
  const { settings } = identified;
  const { signal } = new AbortController();
  const preprocessed = isFed ? preprocessBy(pipeline.preprocessPlan!, pixels, settings) : null;
  const given = isFed ? { ...pixels, rgba: new Uint8ClampedArray() } : pixels;
  const found = await pipeline.detect(given, {
    run,
    preprocessed,
    settings,
    signal,
    report: () => undefined,
  });
  await release();
  return found;
}

const bytesOf = (values: { readonly buffer: ArrayBufferLike }) => new Uint8Array(values.buffer);
/** The upper half of each float. */
const upper = (values: Float32Array) =>
  Uint16Array.from(new Uint32Array(values.slice().buffer), (bits) => bits >>> 16);

test('preprocessed elsewhere they find the same', async () => {
  expect(await detect(() => null, true)).toEqual(await detect(() => null));
}, 120_000);

test('as doubles, and in another order of their elements, they find the same', async () => {
  const plain = await detect(() => null);
  expect(plain.length).toBeGreaterThan(50);
  const doubles = await detect((values) => ({
    storage: 'DoubleStorage',
    values: bytesOf(Float64Array.from(values)),
  }));
  expect(doubles).toEqual(plain);
  // The first two axes lie in storage the other way round.
  const turned = await detect((values, shape) => {
    if (shape.length !== 4) return null;
    const [rows, columns, inner] = [shape[0]!, shape[1]!, shape[2]! * shape[3]!];
    const other = new Float32Array(values.length);
    for (let row = 0; row < rows; row += 1)
      for (let column = 0; column < columns; column += 1)
        other.set(
          values.subarray((row * columns + column) * inner, (row * columns + column + 1) * inner),
          (column * rows + row) * inner,
        );
    return { values: bytesOf(other), stride: [inner, rows * inner, shape[3]!, 1] };
  });
  expect(turned).toEqual(plain);
}, 120_000);

test('as halves and as brain floats they find what the rounded weights find', async () => {
  const halves = await detect((values) => ({
    storage: 'HalfStorage',
    values: bytesOf(toFloat16(values)),
  }));
  expect(halves).toEqual(await detect((values) => ({ values: bytesOf(fromFloat16(toFloat16(values))) })));
  const brains = await detect((values) => ({ storage: 'BFloat16Storage', values: bytesOf(upper(values)) }));
  const rounded = await detect((values) => ({
    values: bytesOf(Uint32Array.from(upper(values), (bits) => bits * 2 ** 16)),
  }));
  expect(brains).toEqual(rounded);
  expect(brains.length).toBeGreaterThan(50);
}, 120_000);
