import { AppError } from '$lib/domain/errors';
import type { NamedTensors, Tensor } from './detector';
import { fromFloat16 } from './float16';

/** A tensor's values as floats, whatever type they are stored as. */
export function floatsOf(tensor: Tensor): Float32Array {
  const { data } = tensor;
  if (data instanceof Float32Array) return data;
  if (data instanceof Uint16Array) return fromFloat16(data);
  if (data instanceof BigInt64Array) return Float32Array.from(data, Number);
  return Float32Array.from(data);
}

export const isFloat = (tensor: Tensor): boolean => tensor.type.startsWith('float');

/** Numbers in rows, for the first picture of a batch. */
export interface Matrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** Reads `[1, A, B]`, `[1, 1, A, B]` or `[A, B]` as A rows of B numbers; null for any other shape. */
export function matrixOf(tensor: Tensor): Matrix | null {
  const { shape } = tensor;
  const isFlat = shape.length === 4 && shape[0] === 1 && shape[1] === 1;
  if (shape.length !== 2 && shape.length !== 3 && !isFlat) return null;
  const [rows = 0, columns = 0] = shape.slice(-2);
  const data = floatsOf(tensor);
  return data.length < rows * columns ? null : { data: data.subarray(0, rows * columns), rows, columns };
}

/** The first float output that is a matrix: YOLO's boxes are there. */
export function firstMatrix(outputs: NamedTensors): Matrix {
  for (const wantedRank of [3, 2, 4])
    for (const tensor of Object.values(outputs)) {
      const matrix = isFloat(tensor) && tensor.shape.length === wantedRank ? matrixOf(tensor) : null;
      if (matrix !== null) return matrix;
    }
  throw outputsUnknown(outputs);
}

/** Finds an output by name, else the first one that satisfies `looks`. Throws if there is none. */
export function output(
  outputs: NamedTensors,
  names: readonly string[],
  looks: (tensor: Tensor) => boolean,
): Tensor {
  for (const name of names) {
    const key = Object.keys(outputs).find((key) => key === name || key.startsWith(`${name}:`));
    if (key !== undefined) return outputs[key]!;
  }
  const found = Object.values(outputs).find(looks);
  if (found === undefined) throw outputsUnknown(outputs);
  return found;
}

/** The last dimension of a shape, the 4 of `[.., 4]`; 0 for a scalar. */
export const lastOf = (shape: readonly number[]): number => shape.at(-1) ?? 0;

/** The error for outputs that the chosen convention cannot decode. */
export const outputsUnknown = (outputs: NamedTensors): AppError =>
  new AppError('model-unsupported', {
    reason: 'outputs-unknown',
    name: Object.entries(outputs)
      .map(([name, { shape }]) => `${name} [${shape.join(', ')}]`)
      .join(', '),
  });
