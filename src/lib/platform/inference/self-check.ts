import type { NamedTensors, Pixels, Tensor } from '$lib/detectors/detector';

/** A small picture with a wide range of values. */
export function checkPicture(): Pixels {
  const [width, height] = [96, 64];
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i += 1) {
    const [x, y] = [i % width, Math.floor(i / width)];
    rgba.set([(x * 5) % 256, (y * 7) % 256, (x * y) % 256, 255], i * 4);
  }
  return { width, height, rgba };
}

/** The greatest relative difference between the outputs of one graph from two providers. */
const MAX_DIFFERENCE = 0.01;

/**
 * Whether two providers that ran the same graph on the same input gave the same outputs. Only floats are compared.
 */
export function outputsAgree(one: NamedTensors, other: NamedTensors): boolean {
  return Object.entries(one).every(([name, tensor]) => {
    const second = other[name];
    if (second === undefined || second.data.length !== tensor.data.length) return false;
    if (tensor.type !== 'float32' && tensor.type !== 'float64') return true;
    return relativeDifference(tensor, second) <= MAX_DIFFERENCE;
  });
}

function relativeDifference(one: Tensor, other: Tensor): number {
  const [a, b] = [one.data as Float32Array, other.data as Float32Array];
  let difference = 0;
  let size = 0;
  for (let i = 0; i < a.length; i += 1) {
    const [left, right] = [a[i]!, b[i]!];
    if (left === right) continue;
    difference += Math.abs(left - right);
    size += Math.abs(left);
  }
  // NaN agrees with nothing.
  return difference === 0 ? 0 : difference / Math.max(size, 1e-6);
}
