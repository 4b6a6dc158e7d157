import { AppError } from '$lib/domain/errors';
import { readPth } from '$lib/detectors/torch/read-pth';
import { elementsIn, type StateDict, type StoredTensor } from '$lib/detectors/torch/state-dict';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const FOLDER = 'tests/fixtures/torchvision-reference/small-pth';
const bytesOf = (name: string) => readFileSync(`${FOLDER}/${name}`);
const open = (name: string) => readPth(new Blob([bytesOf(name)]), name);

interface Expected {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly (number | boolean)[];
}
const EXPECTED = JSON.parse(bytesOf('expected.json').toString('utf8')) as Readonly<
  Record<'dtypes' | 'state', Readonly<Record<string, Expected>>>
>;

/** Reads one element at its place, as the reader tells it. */
function valueAt(file: Buffer, tensor: StoredTensor, index: number): number | boolean {
  let rest = index;
  let element = 0;
  for (let axis = tensor.shape.length - 1; axis >= 0; axis -= 1) {
    element += (rest % tensor.shape[axis]!) * tensor.stride[axis]!;
    rest = Math.floor(rest / tensor.shape[axis]!);
  }
  const at = (bytes: number) => tensor.byteOffset + element * bytes;
  switch (tensor.dtype) {
    case 'float32':
      return file.readFloatLE(at(4));
    case 'float64':
      return file.readDoubleLE(at(8));
    case 'float16':
      return halfValue(file.readUInt16LE(at(2)));
    case 'bfloat16':
      return new Float32Array(new Uint32Array([file.readUInt16LE(at(2)) << 16]).buffer)[0]!;
    case 'int64':
      return Number(file.readBigInt64LE(at(8)));
    case 'int32':
      return file.readInt32LE(at(4));
    case 'int16':
      return file.readInt16LE(at(2));
    case 'int8':
      return file.readInt8(at(1));
    case 'uint8':
      return file.readUInt8(at(1));
    case 'bool':
      return file.readUInt8(at(1)) !== 0;
  }
}

function halfValue(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

const told = (file: Buffer, state: StateDict) =>
  Object.fromEntries(
    [...state.tensors].map(([name, tensor]) => [
      name,
      {
        dtype: tensor.dtype,
        shape: tensor.shape,
        values: Array.from({ length: elementsIn(tensor.shape) }, (_, index) => valueAt(file, tensor, index)),
      },
    ]),
  );

describe('files that torch wrote', () => {
  test.each([
    ['dtypes.pth', 'dtypes'],
    ['dtypes-legacy.pth', 'dtypes'],
    ['state-dict-metadata.pth', 'state'],
    ['protocol4.pth', 'state'],
    ['checkpoint.pth', 'state'],
    ['dataparallel.pth', 'state'],
    ['whole-module.pth', 'state'],
  ] as const)('%s: every tensor lies where the reader says, to the last value', async (name, expected) => {
    expect(told(bytesOf(name), await open(name))).toEqual(EXPECTED[expected]);
  });

  test.each([
    ['truncated.pth', 'model-damaged', 'truncated'],
    ['torchscript.pt', 'model-unsupported', 'torchscript'],
    ['malicious-global.pth', 'model-unsupported', 'unsafe-pickle'],
  ])('%s is refused: %s, %s', async (name, code, reason) => {
    await expect(open(name)).rejects.toMatchObject({ code, about: { reason, path: name } });
  });

  test('cut short anywhere they end in words', async () => {
    for (const name of ['dtypes.pth', 'dtypes-legacy.pth', 'whole-module.pth']) {
      const whole = bytesOf(name);
      for (let length = 0; length < whole.length; length += 7) {
        const cut = await readPth(new Blob([whole.subarray(0, length)]), name).catch(
          (error: unknown) => error,
        );
        expect(cut, `${name}, ${length} bytes`).toBeInstanceOf(AppError);
      }
    }
  });
});
