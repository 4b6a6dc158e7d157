import type { Detection } from '$lib/detectors/detector';
import { pthPipeline } from '$lib/detectors/torch/all';
import { identifyPth } from '$lib/detectors/torch/identify';
import { readPth } from '$lib/detectors/torch/read-pth';
import type { StateDict, StoredTensor } from '$lib/detectors/torch/state-dict';
import { readFloats } from '$lib/detectors/torch/weights';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { readPng } from '../../../fixtures/png';
import { runGraphs } from '../../../fixtures/run-graphs';
import { trainedPth, TORCHVISION_FOLDER } from '../../../fixtures/torchvision';

/** Of the same weights saved another way, at a size that takes a moment only. */
const SHORT_SIDE = 128;
const pixels = readPng(readFileSync(`${TORCHVISION_FOLDER}/image-487x332.png`));

async function detect(state: StateDict, file: Blob): Promise<readonly Detection[]> {
  const identified = identifyPth(state, 'x.pth');
  const settings = { ...identified.settings, batchNormEpsilon: 1e-5, shortSide: SHORT_SIDE };
  const pipeline = await pthPipeline(state, file, identified, settings);
  const { run, release } = await runGraphs(pipeline, file);
  const { signal } = new AbortController();
  const found = await pipeline.detect(pixels, { run, settings, signal, report: () => undefined });
  await release();
  return found;
}

describe('the same weights saved another way find the same', () => {
  let file: Blob;
  let state: StateDict;
  let expected: readonly Detection[];
  beforeAll(async () => {
    file = await trainedPth();
    state = await readPth(file, 'x.pth');
    expected = await detect(state, file);
    // The file of 166 MB may have to be made first.
  }, 240_000);

  test('which is something', () => {
    expect(expected.length).toBeGreaterThan(5);
  });

  test('with the names before torchvision 0.13, and plain batch norm', async () => {
    const older = [...state.tensors].map(([name, tensor]): [string, StoredTensor] => [
      name
        .replace(/^(backbone\.fpn\.(?:inner|layer)_blocks\.\d)\.0\./, '$1.')
        .replace(/^rpn\.head\.conv\.0\.0\./, 'rpn.head.conv.'),
      tensor,
    ]);
    const counter = { dtype: 'int64', shape: [], stride: [], byteOffset: 0, byteLength: 8 } as const;
    const tensors = new Map([...older, ['backbone.body.bn1.num_batches_tracked', counter]]);
    expect(older.filter(([name]) => !state.tensors.has(name))).toHaveLength(18);
    expect(await detect({ tensors }, file)).toEqual(expected);
  });

  test('as doubles, or in another order of their elements', async () => {
    const tensors = new Map(state.tensors);
    const parts: (Blob | ArrayBuffer)[] = [file];
    let end = file.size;
    const put = (name: string, values: Float32Array | Float64Array, stride: readonly number[]) => {
      const { shape } = state.tensors.get(name)!;
      const dtype = values instanceof Float64Array ? 'float64' : 'float32';
      tensors.set(name, { dtype, shape, stride, byteOffset: end, byteLength: values.byteLength });
      parts.push(values.buffer as ArrayBuffer);
      end += values.byteLength;
    };
    for (const name of [
      'rpn.head.cls_logits.weight',
      'backbone.body.conv1.weight',
      'backbone.body.bn1.running_var',
    ]) {
      const tensor = state.tensors.get(name)!;
      put(name, Float64Array.from(await readFloats(file, tensor)), tensor.stride);
    }
    const turned = 'roi_heads.box_head.fc7.weight';
    const values = await readFloats(file, state.tensors.get(turned)!);
    put(
      turned,
      Float32Array.from(values, (_, at) => values[(at % 1024) * 1024 + Math.floor(at / 1024)]!),
      [1, 1024],
    );
    expect(await detect({ tensors }, new Blob(parts))).toEqual(expected);
  });
});
