import { readRange } from './ranges';
import { refusal } from './refusal';
import {
  BYTES_OF,
  elementsIn,
  isContiguous,
  type DType,
  type StateDict,
  type StoredTensor,
} from './state-dict';
import type { FindWeight } from './network';

/** The locations that initializers name: the model file itself, and the converted copies. */
export const IN_FILE = 'w';
export const CONVERTED = 'x';

/** A state dict's weights as initializers refer to them, and the bytes of the converted ones. */
export interface Weights {
  readonly find: FindWeight;
  readonly converted: Uint8Array;
}

/** Finds a tensor by one of its names. Throws if it is missing or has another shape than the architecture's. */
export function findTensor(
  { tensors }: StateDict,
  names: readonly string[],
  shape: readonly number[],
): { readonly name: string; readonly tensor: StoredTensor } {
  const name = names.find((one) => tensors.has(one));
  if (name === undefined) throw refusal('tensor-missing', { name: names[0]! });
  const tensor = tensors.get(name)!;
  if (tensor.shape.join() !== shape.join() || READ[tensor.dtype] === undefined)
    throw refusal('tensor-shape', { name });
  return { name, tensor };
}

/** Converts the given tensors where needed; initializers of all others refer to the file. */
export async function loadWeights(state: StateDict, file: Blob, names: readonly string[]): Promise<Weights> {
  const others = names.filter((name) => !isPlain(state.tensors.get(name)!));
  const offsets = new Map<string, number>();
  let length = 0;
  for (const name of others) {
    offsets.set(name, length);
    length += elementsIn(state.tensors.get(name)!.shape) * BYTES_OF.float32;
  }
  const converted = new Uint8Array(length);
  for (const name of others) {
    const values = await readFloats(file, state.tensors.get(name)!);
    converted.set(new Uint8Array(values.buffer), offsets.get(name));
  }
  return {
    converted,
    find(wanted, shape) {
      const { name, tensor } = findTensor(state, wanted, shape);
      const offset = offsets.get(name);
      const values =
        offset === undefined
          ? { location: IN_FILE, offset: tensor.byteOffset, length: tensor.byteLength }
          : { location: CONVERTED, offset, length: elementsIn(shape) * BYTES_OF.float32 };
      return { name, values };
    },
  };
}

/** Whether the file's bytes can be used as they are. */
const isPlain = (tensor: StoredTensor) => tensor.dtype === 'float32' && isContiguous(tensor);

/** A tensor's values in row-major order, rounded to float32. */
export async function readFloats(file: Blob, { dtype, shape, stride, byteOffset, byteLength }: StoredTensor) {
  const read = READ[dtype];
  if (read === undefined) throw refusal('tensor-shape');
  const bytes = await readRange(file, byteOffset, byteOffset + byteLength);
  const view = new DataView(bytes.buffer);
  const values = new Float32Array(elementsIn(shape));
  const size = BYTES_OF[dtype];
  const place = shape.map(() => 0);
  let element = 0;
  for (let at = 0; at < values.length; at += 1) {
    values[at] = read(view, element * size);
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      place[axis]! += 1;
      element += stride[axis]!;
      if (place[axis]! < shape[axis]!) break;
      element -= stride[axis]! * shape[axis]!;
      place[axis] = 0;
    }
  }
  return values;
}

/** Readers for the types that weights have; integers are no weights. */
const READ: Readonly<Partial<Record<DType, (view: DataView, at: number) => number>>> = {
  float32: (view, at) => view.getFloat32(at, true),
  float64: (view, at) => view.getFloat64(at, true),
  float16: (view, at) => half(view.getUint16(at, true)),
  bfloat16: (view, at) => brain(view.getUint16(at, true)),
};

/** Decodes IEEE 754 half precision: a sign, five bits of exponent, ten of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Decodes bfloat16, the upper half of a float32: eight bits of exponent, seven of fraction. */
function brain(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 7) & 0xff;
  const fraction = bits & 0x7f;
  if (exponent === 0) return sign * fraction * 2 ** -133;
  if (exponent === 0xff) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 128) * 2 ** (exponent - 127);
}
