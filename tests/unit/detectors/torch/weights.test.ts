import { pthPipeline } from '$lib/detectors/torch/all';
import { identifyPth } from '$lib/detectors/torch/identify';
import { readPth } from '$lib/detectors/torch/read-pth';
import { loadWeights, readFloats } from '$lib/detectors/torch/weights';
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import { makePth } from '../../../fixtures/pth';
import { torchvisionKeys } from '../../../fixtures/torchvision';

const FOLDER = 'tests/fixtures/torchvision-reference/small-pth';
const EXPECTED = (
  JSON.parse(readFileSync(`${FOLDER}/expected.json`, 'utf8')) as {
    readonly dtypes: Readonly<
      Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>
    >;
  }
).dtypes;

describe.each(['dtypes.pth', 'dtypes-legacy.pth'])('%s', (name) => {
  const file = new Blob([readFileSync(`${FOLDER}/${name}`)]);

  test.each(['f32', 'view_of_f32', 'transposed', 'f16', 'bf16', 'scalar', 'empty', 'param'])(
    '%s has the values that torch had',
    async (tensor) => {
      const { tensors } = await readPth(file, name);
      expect([...(await readFloats(file, tensors.get(tensor)!))]).toEqual(EXPECTED[tensor]!.values);
    },
  );

  test('doubles are rounded, and what float32 cannot hold is infinite', async () => {
    const { tensors } = await readPth(file, name);
    expect([...(await readFloats(file, tensors.get('f64')!))]).toEqual([Math.fround(1 / 3), Infinity]);
  });

  test('only what cannot be used as it lies is converted', async () => {
    const state = await readPth(file, name);
    const { find, converted } = await loadWeights(state, file, ['f32', 'view_of_f32', 'transposed', 'f16']);
    expect(converted).toHaveLength((24 + 4) * 4);
    const { byteOffset } = state.tensors.get('view_of_f32')!;
    expect(find(['view_of_f32'], [2, 6]).values).toEqual({ location: 'w', offset: byteOffset, length: 48 });
    expect(find(['nothing', 'transposed'], [6, 4])).toEqual({
      name: 'transposed',
      values: { location: 'x', offset: 0, length: 96 },
    });
    expect(find(['f16'], [4]).values).toEqual({ location: 'x', offset: 96, length: 16 });
    expect([...new Float32Array(converted.buffer, 0, 4)]).toEqual([0, 6, 12, 18]);
  });

  test('a tensor that is missing, of another shape, or of whole numbers is refused', async () => {
    const { find } = await loadWeights(await readPth(file, name), file, []);
    expect(() => find(['a', 'b'], [1])).toThrow(
      expect.objectContaining({ about: { reason: 'tensor-missing', name: 'a' } }),
    );
    for (const [tensor, shape] of [
      ['f32', [6, 4]],
      ['i64', [2]],
    ] as const)
      expect(() => find([tensor], shape)).toThrow(
        expect.objectContaining({ about: { reason: 'tensor-shape', name: tensor } }),
      );
  });
});

test('special halves and brain floats', async () => {
  const bits = (...values: readonly number[]) => new Uint8Array(Uint16Array.from(values).buffer);
  const file = makePth(
    new Map([
      ['half', { shape: [5], storage: 'HalfStorage', values: bits(0x0001, 0x8000, 0x7c00, 0xfc00, 0x7e00) }],
      [
        'brain',
        { shape: [5], storage: 'BFloat16Storage', values: bits(0x0001, 0x8000, 0x7f80, 0xff80, 0x7fc0) },
      ],
    ]),
  );
  const { tensors } = await readPth(file, 'x');
  expect([...(await readFloats(file, tensors.get('half')!))]).toEqual([
    2 ** -24,
    -0,
    Infinity,
    -Infinity,
    NaN,
  ]);
  expect([...(await readFloats(file, tensors.get('brain')!))]).toEqual([
    2 ** -133,
    -0,
    Infinity,
    -Infinity,
    NaN,
  ]);
});

describe('a detector of half precision', () => {
  test('runs from two buffers: the file and what was converted', async () => {
    const keys = torchvisionKeys()['fasterrcnn_resnet50_fpn']!.filter(([name]) => !name.endsWith('_tracked'));
    // Half of them, so that both buffers are used; variances of zero, so that an epsilon of zero would divide by it.
    const file = makePth(
      new Map(
        keys.map(([name, shape]) => [
          name,
          { shape, storage: shape.length > 1 ? 'HalfStorage' : 'FloatStorage' },
        ]),
      ),
    );
    const state = await readPth(file, 'x.pth');
    const identified = identifyPth(state, 'x.pth');
    expect(identified.settings.batchNormEpsilon).toBe(0);
    const { graphs } = await pthPipeline(state, file, identified, identified.settings);
    const trunk = graphs[0]!;
    expect(trunk.external.map(({ location }) => location)).toEqual(['w', 'x']);
    const bytes = new Uint8Array(await file.arrayBuffer());
    ort.env.wasm.numThreads = 2;
    const session = await ort.InferenceSession.create(trunk.bytes as Uint8Array, {
      executionProviders: ['wasm'],
      externalData: trunk.external.map(({ location, bytes: own }) => ({
        path: location,
        data: own instanceof Uint8Array ? own : bytes,
      })),
    });
    const image = new ort.Tensor('float32', new Float32Array(3 * 64 * 64).fill(1), [1, 3, 64, 64]);
    const { objectness0 } = await session.run({ image }, ['objectness0']);
    await session.release();
    expect((objectness0!.data as Float32Array).every((value) => value === 0)).toBe(true);
  });
});
