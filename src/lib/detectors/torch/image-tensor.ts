import type { Size } from '$lib/domain/geometry';
import type { DetectorSettings } from '$lib/domain/model';
import type { NamedTensors, Pixels, Resizing, Sides, Tensor } from '../detector';

/** The sizes of a network's image. */
export interface NetworkImage {
  /** The picture's size after resizing; boxes are clipped to it. */
  readonly image: Size;
  /** The same size, or with padding at the right and the bottom. */
  readonly padded: Size;
}

/** torchvision's defaults. */
export const USUAL_SIDES: Sides = { short: 800, long: 1333 };
/** The network halves its image five times. */
const MULTIPLE = 32;

/**
 * The size to which torchvision resizes a picture. It divides in float32, by the reciprocal, so that the shorter
 * side becomes 799 in a quarter of the cases; doubles give other sizes for every second picture.
 */
export function resizedSize(
  { width, height }: Size,
  shortSide: number | null,
  sides: Sides = USUAL_SIDES,
): Size {
  const { fround, min, max, floor } = Math;
  const byShort = fround(fround(1 / min(width, height)) * (shortSide ?? sides.short));
  const byLong = fround(fround(1 / max(width, height)) * sides.long);
  const scale = min(byShort, byLong);
  return { width: max(1, floor(width * scale)), height: max(1, floor(height * scale)) };
}

export const paddedSize = ({ width, height }: Size): Size => ({
  width: Math.ceil(width / MULTIPLE) * MULTIPLE,
  height: Math.ceil(height / MULTIPLE) * MULTIPLE,
});

export function networkImage(
  picture: Size,
  { fixed, sides }: Resizing,
  shortSide: number | null,
): NetworkImage {
  const image = fixed ?? resizedSize(picture, shortSide, sides);
  return { image, padded: fixed ?? paddedSize(image) };
}

/** Makes the network's input. For `floats`, see `imageTensor`. */
export function imageInput(
  pixels: Pixels,
  resizing: Resizing,
  settings: DetectorSettings,
  floats?: (length: number) => Float32Array,
): NamedTensors {
  const { image, padded } = networkImage(pixels, resizing, settings.shortSide);
  return { image: imageTensor(pixels, image, settings, padded, floats) };
}

/**
 * The normalized picture, resized to `size` and padded with zeros at the right and the bottom to `padded`: [1, 3,
 * H, W]. Resizing is bilinear between pixel centres without antialiasing, like torch's `interpolate` and unlike a
 * canvas. `floats` provides memory for that many numbers, whose contents are overwritten.
 */
export function imageTensor(
  { width, height, rgba }: Pixels,
  size: Size,
  settings: Pick<DetectorSettings, 'channels' | 'range' | 'mean' | 'std'>,
  padded = paddedSize(size),
  floats: (length: number) => Float32Array = (length) => new Float32Array(length),
): Tensor {
  const area = padded.width * padded.height;
  const data = floats(3 * area);
  const across = neighbours(width, size.width);
  const down = neighbours(height, size.height);
  const fillRow = rowFiller({ width, rgba }, across, settings);
  let [above, below] = [aRow(size.width), aRow(size.width)];
  let [aboveY, belowY] = [-1, -1];
  for (let y = 0; y < size.height; y += 1) {
    const [first, second, share] = [down.first[y]!, down.second[y]!, down.share[y]!];
    if (first === belowY) {
      [above, below] = [below, above];
      [aboveY, belowY] = [belowY, aboveY];
    }
    if (first !== aboveY) fillRow(above, (aboveY = first));
    if (second !== belowY) fillRow(below, (belowY = second));
    for (let channel = 0; channel < 3; channel += 1) {
      const to = channel * area + y * padded.width;
      blend(above[channel]!, below[channel]!, share, data.subarray(to, to + size.width));
      data.fill(0, to + size.width, to + padded.width);
    }
  }
  for (let channel = 0; channel < 3; channel += 1)
    data.fill(0, channel * area + size.height * padded.width, (channel + 1) * area);
  return { type: 'float32', shape: [1, 3, padded.height, padded.width], data };
}

/** One horizontally resized row of the picture, per channel. */
type Row = readonly [Float32Array, Float32Array, Float32Array];
const aRow = (width: number): Row => [
  new Float32Array(width),
  new Float32Array(width),
  new Float32Array(width),
];

/** Returns a function that fills a row with the picture's row `y`. */
function rowFiller(
  { width, rgba }: Pick<Pixels, 'width' | 'rgba'>,
  { first, second, share }: Neighbours,
  settings: Pick<DetectorSettings, 'channels' | 'range' | 'mean' | 'std'>,
): (row: Row, y: number) => void {
  // Each pixel is read at once; red is the lowest byte on every machine that browsers run on.
  const words = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length >> 2);
  const [values0, values1, values2] = [0, 1, 2].map((channel) => normalised(settings, channel)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const [shift0, shift2] = settings.channels === 'rgb' ? [0, 16] : [16, 0];
  return ([row0, row1, row2], y) => {
    const base = y * width;
    for (let x = 0; x < first.length; x += 1) {
      const far = share[x]!;
      const near = 1 - far;
      const left = words[base + first[x]!]!;
      const right = words[base + second[x]!]!;
      row0[x] = values0[(left >>> shift0) & 255]! * near + values0[(right >>> shift0) & 255]! * far;
      row1[x] = values1[(left >>> 8) & 255]! * near + values1[(right >>> 8) & 255]! * far;
      row2[x] = values2[(left >>> shift2) & 255]! * near + values2[(right >>> shift2) & 255]! * far;
    }
  };
}

function blend(above: Float32Array, below: Float32Array, far: number, into: Float32Array): void {
  const near = 1 - far;
  for (let x = 0; x < into.length; x += 1) into[x] = above[x]! * near + below[x]! * far;
}

/** The normalized value of each of a channel's 256 values. */
function normalised(
  settings: Pick<DetectorSettings, 'range' | 'mean' | 'std'>,
  channel: number,
): Float32Array {
  const { fround } = Math;
  const [mean, std] = [fround(settings.mean[channel]!), fround(settings.std[channel]!)];
  return Float32Array.from(
    { length: 256 },
    (_, value) => fround(fround((value / 255) * settings.range) - mean) / std,
  );
}

/** The two source pixels that each target pixel lies between, and the weight of the second one. */
interface Neighbours {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly share: Float32Array;
}

function neighbours(from: number, to: number): Neighbours {
  const { fround } = Math;
  const step = fround(from / to);
  const first = new Int32Array(to);
  const second = new Int32Array(to);
  const share = new Float32Array(to);
  for (let at = 0; at < to; at += 1) {
    const place = Math.max(0, fround(fround(step * fround(at + 0.5)) - 0.5));
    first[at] = Math.min(from - 1, Math.floor(place));
    second[at] = Math.min(from - 1, first[at]! + 1);
    share[at] = place - first[at]!;
  }
  return { first, second, share };
}
