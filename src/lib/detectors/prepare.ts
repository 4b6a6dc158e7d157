import type { DetectorSettings } from '$lib/domain/model';
import type { Pixels } from './detector';
import type { Placement } from './placement';
import { shrink } from './shrink';

export type Feeding = Pick<
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
 * half as large is brought near it by means of whole blocks first.
 */
export function prepare(pixels: Pixels, placement: Placement, feeding: Feeding): Float32Array {
  const { input, content } = placement;
  const plane = input.width * input.height;
  const step = feeding.layout === 'nhwc' ? 3 : 1;
  const numbers = new Float32Array(plane * 3);
  const channel = (at: 0 | 1 | 2): Channel => ({
    byte: feeding.channels === 'bgr' ? 2 - at : at,
    start: feeding.layout === 'nhwc' ? at : at * plane,
    gain: feeding.range / 255 / feeding.deviation[at],
    bias: -feeding.mean[at] / feeding.deviation[at],
  });
  const channels: Channels = [channel(0), channel(1), channel(2)];
  if (content.width < input.width || content.height < input.height)
    pad(numbers, plane, step, channels, feeding.padding);
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
  [first, second, third]: Channels,
) {
  const shrunkX = Math.max(1, Math.floor(pixels.width / content.width));
  const shrunkY = Math.max(1, Math.floor(pixels.height / content.height));
  const { rgba, width, height } = shrunkX * shrunkY > 1 ? shrink(pixels, shrunkX, shrunkY) : pixels;
  const across = taps(pixels.width / shrunkX, width, content.width, 4);
  const down = taps(pixels.height / shrunkY, height, content.height, width * 4);
  const { near, far, weight } = across;
  const { byte: byte0, start: start0, gain: gain0, bias: bias0 } = first;
  const { byte: byte1, start: start1, gain: gain1, bias: bias1 } = second;
  const { byte: byte2, start: start2, gain: gain2, bias: bias2 } = third;
  for (let y = 0; y < content.height; y += 1) {
    const above = down.near[y]!;
    const below = down.far[y]!;
    const part = down.weight[y]!;
    let to = ((content.y + y) * input.width + content.x) * step;
    for (let x = 0; x < content.width; x += 1, to += step) {
      const left = near[x]!;
      const right = far[x]!;
      const w = weight[x]!;
      const a = above + left;
      const b = above + right;
      const c = below + left;
      const d = below + right;
      let upper = rgba[a + byte0]!;
      upper += (rgba[b + byte0]! - upper) * w;
      let lower = rgba[c + byte0]!;
      lower += (rgba[d + byte0]! - lower) * w;
      numbers[to + start0] = (upper + (lower - upper) * part) * gain0 + bias0;
      upper = rgba[a + byte1]!;
      upper += (rgba[b + byte1]! - upper) * w;
      lower = rgba[c + byte1]!;
      lower += (rgba[d + byte1]! - lower) * w;
      numbers[to + start1] = (upper + (lower - upper) * part) * gain1 + bias1;
      upper = rgba[a + byte2]!;
      upper += (rgba[b + byte2]! - upper) * w;
      lower = rgba[c + byte2]!;
      lower += (rgba[d + byte2]! - lower) * w;
      numbers[to + start2] = (upper + (lower - upper) * part) * gain2 + bias2;
    }
  }
}

/**
 * For each of `to` places along one side: the two of its pixels that it lies between, as offsets in bytes, and
 * how near the far one. `length`: of the side, in these pixels; the last may be but a part of one.
 */
function taps(length: number, pixels: number, to: number, bytes: number) {
  const near = new Int32Array(to);
  const far = new Int32Array(to);
  const weight = new Float32Array(to);
  for (let at = 0; at < to; at += 1) {
    const centre = Math.min(Math.max(((at + 0.5) * length) / to - 0.5, 0), pixels - 1);
    const pixel = Math.floor(centre);
    near[at] = pixel * bytes;
    far[at] = Math.min(pixel + 1, pixels - 1) * bytes;
    weight[at] = centre - pixel;
  }
  return { near, far, weight };
}
