import { AppError } from '$lib/domain/errors';
import type { DetectorSettings } from '$lib/domain/model';
import type { NamedTensors, Pixels, Tensor, TensorInfo, TensorType } from './detector';
import { toFloat16 } from './float16';
import type { Placement } from './placement';
import { resizeAndNormalize } from './resize-and-normalize';

/** Inputs beside the picture whose values follow from the picture's placement, by name. */
const AUXILIARY_INPUTS: Readonly<Record<string, (info: TensorInfo, placement: Placement) => Tensor>> = {
  // This is the size of the network's input, so that its boxes come in pixels of the input.
  orig_target_sizes: ({ type }, { input }) =>
    filled(type, [1, 2], Float32Array.of(input.width, input.height), 'orig_target_sizes'),
  // The exports of PaddleDetection and the ONNX Model Zoo use these: height before width.
  scale_factor: ({ type }, { picture, content }) =>
    filled(
      type,
      [1, 2],
      Float32Array.of(content.height / picture.height, content.width / picture.width),
      'scale_factor',
    ),
  im_shape: ({ type }, { input }) =>
    filled(type, [1, 2], Float32Array.of(input.height, input.width), 'im_shape'),
  image_shape: ({ type }, { picture }) =>
    filled(type, [1, 2], Float32Array.of(picture.height, picture.width), 'image_shape'),
  // Hugging Face's DETR uses this: 1 for each pixel of the input that belongs to the picture.
  pixel_mask: ({ type, shape }, { input }) => {
    const [height, width] = [shape?.[1], shape?.[2]].map((length) =>
      typeof length === 'number' ? length : null,
    );
    const mask = [1, height ?? input.height, width ?? input.width];
    return filled(type, mask, new Float32Array(mask[1]! * mask[2]!).fill(1), 'pixel_mask');
  },
};

const isAuxiliary = ({ name }: TensorInfo): boolean => Object.hasOwn(AUXILIARY_INPUTS, name);

/** The input for the picture: the first one with at least three axes; undefined if there is none. */
export function pictureInput(inputs: readonly TensorInfo[]): TensorInfo | undefined {
  const asked = inputs.filter((info) => !isAuxiliary(info));
  return asked.find(({ shape }) => shape === null || shape.length >= 3) ?? asked[0];
}

/** The inputs whose values are unknown. */
export const unknownInputs = (inputs: readonly TensorInfo[]): readonly TensorInfo[] =>
  inputs.filter((info) => !isAuxiliary(info) && info !== pictureInput(inputs));

/** Makes all input tensors for one run. For `floats`, see `resizeAndNormalize`. */
export function preprocess(
  pixels: Pixels,
  placement: Placement,
  settings: DetectorSettings,
  inputs: readonly TensorInfo[],
  floats?: (length: number) => Float32Array,
): NamedTensors {
  const picture = pictureInput(inputs);
  if (picture === undefined) throw new AppError('model-unsupported', { reason: 'no-picture', name: '' });
  const unknown = unknownInputs(inputs)[0];
  if (unknown !== undefined)
    throw new AppError('model-unsupported', { reason: 'input-unknown', name: unknown.name });
  const tensors: Record<string, Tensor> = {
    [picture.name]: pictureTensor(
      resizeAndNormalize(pixels, placement, settings, floats),
      placement,
      settings,
      picture,
    ),
  };
  for (const info of inputs.filter(isAuxiliary))
    tensors[info.name] = AUXILIARY_INPUTS[info.name]!(info, placement);
  return tensors;
}

function pictureTensor(
  numbers: Float32Array,
  { input }: Placement,
  { layout }: DetectorSettings,
  { name, type, shape }: TensorInfo,
): Tensor {
  const one = layout === 'nhwc' ? [input.height, input.width, 3] : [3, input.height, input.width];
  if (shape?.length === 3) return filled(type, one, numbers, name);
  const batch = typeof shape?.[0] === 'number' ? shape[0] : 1;
  if (batch <= 1) return filled(type, [1, ...one], numbers, name);
  // A model with a fixed batch size gets one picture, and zeros for the others.
  const several = new Float32Array(numbers.length * batch);
  several.set(numbers);
  return filled(type, [batch, ...one], several, name);
}

/** Converts numbers to the type of an input; integer types are rounded. */
function filled(
  type: TensorInfo['type'],
  shape: readonly number[],
  numbers: Float32Array,
  name: string,
): Tensor {
  const make: Readonly<Partial<Record<TensorType, () => Tensor['data']>>> = {
    float32: () => numbers,
    float16: () => toFloat16(numbers),
    float64: () => Float64Array.from(numbers),
    uint8: () => new Uint8Array(Uint8ClampedArray.from(numbers).buffer),
    int8: () => Int8Array.from(numbers, (value) => Math.min(127, Math.max(-128, Math.round(value)))),
    int32: () => Int32Array.from(numbers, Math.round),
    int64: () => BigInt64Array.from([...numbers].map((value) => BigInt(Math.round(value)))),
    bool: () => Uint8Array.from(numbers, (value) => (value === 0 ? 0 : 1)),
  };
  const data = type === 'other' ? undefined : make[type]?.();
  if (data === undefined || type === 'other')
    throw new AppError('model-unsupported', { reason: 'no-picture', name });
  return { type, shape, data };
}
