/** The element types of torch, by torch's own names. */
export type DType =
  'float32' | 'float64' | 'float16' | 'bfloat16' | 'int64' | 'int32' | 'int16' | 'int8' | 'uint8' | 'bool';

export const BYTES_OF: Readonly<Record<DType, number>> = {
  float32: 4,
  float64: 8,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/** Where a tensor lies in its file, little-endian; its bytes are not read. */
export interface StoredTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** In elements, one per dimension; 0 if a single element stands for the whole dimension. */
  readonly stride: readonly number[];
  /** The offset of the first element from the start of the file; not always a multiple of the element's size. */
  readonly byteOffset: number;
  /** The number of bytes from the start of the first element to the end of the last one. */
  readonly byteLength: number;
}

/** A model's weights by name, without the wrappers and prefixes that they were saved in. */
export interface StateDict {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** The class names in the checkpoint, in the model's order, if it has any; their number is not checked. */
  readonly classNames?: readonly string[];
}

export const elementsIn = (shape: readonly number[]): number =>
  shape.reduce((product, length) => product * length, 1);

/** Whether the elements lie in row-major order without gaps, so that the bytes can be used as they are. */
export function isContiguous({ shape, stride }: Pick<StoredTensor, 'shape' | 'stride'>): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    if (shape[axis] !== 1 && stride[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}
