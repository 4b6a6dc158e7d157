import type { Size } from '$lib/domain/geometry';
import type { DetectorSettings } from '$lib/domain/model';
import type { Pixels, Tensor } from '../detector';

/** In pixels: the short side becomes the first, unless the long one would become longer than the second. */
export interface Sides {
  readonly short: number;
  readonly long: number;
}

/** torchvision's defaults. */
export const USUAL_SIDES: Sides = { short: 800, long: 1333 };
/** The network halves its image five times. */
const MULTIPLE = 32;

/**
 * What torchvision resizes a picture to. It divides in float32, by the reciprocal, so that the short side becomes 799
 * in a quarter of the cases; plain numbers give other sizes for every second picture.
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

/** The picture normalised, resized to `size` and padded with zeros right and below to `padded`: [1, 3, H, W]. */
export function imageTensor(
  pixels: Pixels,
  size: Size,
  settings: Pick<DetectorSettings, 'channels' | 'range' | 'mean' | 'deviation'>,
  padded = paddedSize(size),
): Tensor {
  const data = new Float32Array(3 * padded.width * padded.height);
  for (let channel = 0; channel < 3; channel += 1) {
    const plane = data.subarray(channel * padded.width * padded.height);
    const source = settings.channels === 'rgb' ? channel : 2 - channel;
    resizePlane(pixels, source, normalised(settings, channel), plane, size, padded.width);
  }
  return { type: 'float32', shape: [1, 3, padded.height, padded.width], data };
}

/** What each of the 256 values of a channel becomes. */
function normalised(
  settings: Pick<DetectorSettings, 'range' | 'mean' | 'deviation'>,
  channel: number,
): Float32Array {
  const { fround } = Math;
  const [mean, deviation] = [fround(settings.mean[channel]!), fround(settings.deviation[channel]!)];
  return Float32Array.from(
    { length: 256 },
    (_, value) => fround(fround((value / 255) * settings.range) - mean) / deviation,
  );
}

/** Bilinear between the centres of pixels, without smoothing, as torch's `interpolate` does it; not as a canvas does. */
function resizePlane(
  { width, height, rgba }: Pixels,
  channel: number,
  values: Float32Array,
  plane: Float32Array,
  size: Size,
  pitch: number,
): void {
  const across = neighbours(width, size.width);
  const down = neighbours(height, size.height);
  const fillRow = (row: Float32Array, y: number) => {
    const base = y * width * 4 + channel;
    for (let x = 0; x < size.width; x += 1) {
      const share = across.share[x]!;
      row[x] =
        values[rgba[base + across.first[x]! * 4]!]! * (1 - share) +
        values[rgba[base + across.second[x]! * 4]!]! * share;
    }
  };
  let above = new Float32Array(size.width);
  let below = new Float32Array(size.width);
  let [aboveY, belowY] = [-1, -1];
  for (let y = 0; y < size.height; y += 1) {
    const [first, second, share] = [down.first[y]!, down.second[y]!, down.share[y]!];
    if (first === belowY) {
      [above, below] = [below, above];
      [aboveY, belowY] = [belowY, aboveY];
    }
    if (first !== aboveY) fillRow(above, (aboveY = first));
    if (second !== belowY) fillRow(below, (belowY = second));
    const to = y * pitch;
    for (let x = 0; x < size.width; x += 1) plane[to + x] = above[x]! * (1 - share) + below[x]! * share;
  }
}

/** Between which two source pixels each target pixel lies, and how much of the second it has. */
function neighbours(from: number, to: number) {
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
