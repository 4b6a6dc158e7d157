import type { DetectorSettings } from '$lib/domain/model';
import type { Pixels } from './detector';
import type { Placement } from './placement';
import { shrink } from './shrink';

export type Preprocessing = Pick<
  DetectorSettings,
  'channels' | 'range' | 'mean' | 'deviation' | 'padding' | 'layout'
>;

/** Where a channel's numbers go, and what a byte of it becomes: `byte * gain + bias`. */
interface Channel {
  readonly byte: number;
  readonly start: number;
  readonly gain: number;
  readonly bias: number;
}
type Channels = readonly [Channel, Channel, Channel];

/**
 * A picture as the numbers that a network is given, `[3, H, W]` or `[H, W, 3]` of the placement's input. Resized
 * bilinearly between pixel centres, as by the tools that detectors are trained with; what is to become less than
 * half as large is brought near it by means of whole blocks first. `floats`: memory for so many numbers, whatever
 * stands in it.
 */
export function prepare(
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
    gain: preprocessing.range / 255 / preprocessing.deviation[at],
    bias: -preprocessing.mean[at] / preprocessing.deviation[at],
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
  // A pixel in one read; red is its lowest byte on every machine that browsers run on.
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
 * For each of `to` places along one side: the two of its pixels that it lies between, as offsets, and how near the
 * far one. `length`: of the side, in these pixels; the last may be but a part of one. `stride`: from one to the next.
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
