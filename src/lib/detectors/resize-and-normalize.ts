import type { DetectorSettings } from '$lib/domain/model';
import type { Pixels } from './detector';
import type { Placement } from './placement';
import { shrink } from './shrink';

export type Preprocessing = Pick<
  DetectorSettings,
  'channels' | 'range' | 'mean' | 'std' | 'padding' | 'layout'
>;

/** Where a colour channel is written, and how a byte becomes a number: `byte * gain + bias`. */
interface Channel {
  readonly byte: number;
  readonly start: number;
  readonly gain: number;
  readonly bias: number;
}
type Channels = readonly [Channel, Channel, Channel];

/**
 * Resizes and normalizes a picture to the numbers of a network's input: `[3, H, W]` or `[H, W, 3]` with the size of
 * the placement's input. Resizing is bilinear between pixel centres, as in the tools that detectors are trained
 * with. A picture that shrinks to less than half is first reduced by whole factors (`shrink`). `floats` provides
 * memory for that many numbers, whose contents are overwritten.
 */
export function resizeAndNormalize(
  pixels: Pixels,
  placement: Placement,
  preprocessing: Preprocessing,
  floats: (length: number) => Float32Array = (length) => new Float32Array(length),
): Float32Array {
  const { input, content } = placement;
  const plane = input.width * input.height;
  const step = preprocessing.layout === 'nhwc' ? 3 : 1;
  const numbers = floats(plane * 3);
  const channel = (at: 0 | 1 | 2): Channel => ({
    byte: preprocessing.channels === 'bgr' ? 2 - at : at,
    start: preprocessing.layout === 'nhwc' ? at : at * plane,
    gain: preprocessing.range / 255 / preprocessing.std[at],
    bias: -preprocessing.mean[at] / preprocessing.std[at],
  });
  const channels: Channels = [channel(0), channel(1), channel(2)];
  if (content.width < input.width || content.height < input.height)
    pad(numbers, plane, step, channels, preprocessing.padding);
  if (content.width === pixels.width && content.height === pixels.height)
    copy(pixels, placement, numbers, step, channels);
  else resize(pixels, placement, numbers, step, channels);
  return numbers;
}

function pad(numbers: Float32Array, plane: number, step: number, channels: Channels, grey: number) {
  for (const { start, gain, bias } of channels) {
    const value = grey * gain + bias;
    if (step === 1) numbers.fill(value, start, start + plane);
    else for (let at = start; at < numbers.length; at += step) numbers[at] = value;
  }
}

function copy(
  { rgba, width, height }: Pixels,
  { input, content }: Placement,
  numbers: Float32Array,
  step: number,
  channels: Channels,
) {
  for (const { byte, start, gain, bias } of channels) {
    const values = Float32Array.from({ length: 256 }, (_, value) => value * gain + bias);
    for (let y = 0; y < height; y += 1) {
      let to = start + ((content.y + y) * input.width + content.x) * step;
      const end = (y + 1) * width * 4;
      for (let from = y * width * 4 + byte; from < end; from += 4) {
        numbers[to] = values[rgba[from]!]!;
        to += step;
      }
    }
  }
}

function resize(
  pixels: Pixels,
  { input, content }: Placement,
  numbers: Float32Array,
  step: number,
  channels: Channels,
) {
  const shrunkX = Math.max(1, Math.floor(pixels.width / content.width));
  const shrunkY = Math.max(1, Math.floor(pixels.height / content.height));
  const { rgba, width, height } = shrunkX * shrunkY > 1 ? shrink(pixels, shrunkX, shrunkY) : pixels;
  // Each pixel is read at once; red is the lowest byte on every machine that browsers run on.
  const words = new Uint32Array(rgba.buffer, rgba.byteOffset, width * height);
  const { near, far, weight } = taps(pixels.width / shrunkX, width, content.width, 1);
  const down = taps(pixels.height / shrunkY, height, content.height, width);
  const [first, second, third] = channels;
  const { start: start0, gain: gain0, bias: bias0 } = first;
  const { start: start1, gain: gain1, bias: bias1 } = second;
  const { start: start2, gain: gain2, bias: bias2 } = third;
  const [shift0, shift1, shift2] = [first.byte * 8, second.byte * 8, third.byte * 8];
  for (let y = 0; y < content.height; y += 1) {
    const above = down.near[y]!;
    const below = down.far[y]!;
    const part = down.weight[y]!;
    let to = ((content.y + y) * input.width + content.x) * step;
    for (let x = 0; x < content.width; x += 1, to += step) {
      const left = near[x]!;
      const right = far[x]!;
      const w = weight[x]!;
      const a = words[above + left]!;
      const b = words[above + right]!;
      const c = words[below + left]!;
      const d = words[below + right]!;
      let upper = (a >>> shift0) & 255;
      upper += (((b >>> shift0) & 255) - upper) * w;
      let lower = (c >>> shift0) & 255;
      lower += (((d >>> shift0) & 255) - lower) * w;
      numbers[to + start0] = (upper + (lower - upper) * part) * gain0 + bias0;
      upper = (a >>> shift1) & 255;
      upper += (((b >>> shift1) & 255) - upper) * w;
      lower = (c >>> shift1) & 255;
      lower += (((d >>> shift1) & 255) - lower) * w;
      numbers[to + start1] = (upper + (lower - upper) * part) * gain1 + bias1;
      upper = (a >>> shift2) & 255;
      upper += (((b >>> shift2) & 255) - upper) * w;
      lower = (c >>> shift2) & 255;
      lower += (((d >>> shift2) & 255) - lower) * w;
      numbers[to + start2] = (upper + (lower - upper) * part) * gain2 + bias2;
    }
  }
}

/**
 * The taps of linear interpolation along one axis: for each of `to` target places, the offsets of the two source
 * pixels that it lies between, and the weight of the farther one. `length` is the side in source pixels, of which
 * the last may be only a fraction. `stride` is the distance between neighbouring source pixels.
 */
function taps(length: number, pixels: number, to: number, stride: number) {
  const near = new Int32Array(to);
  const far = new Int32Array(to);
  const weight = new Float32Array(to);
  for (let at = 0; at < to; at += 1) {
    const centre = Math.min(Math.max(((at + 0.5) * length) / to - 0.5, 0), pixels - 1);
    const pixel = Math.floor(centre);
    near[at] = pixel * stride;
    far[at] = Math.min(pixel + 1, pixels - 1) * stride;
    weight[at] = centre - pixel;
  }
  return { near, far, weight };
}
