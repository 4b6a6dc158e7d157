import type { Pixels } from './detector';

/**
 * Downsamples by averaging blocks of `across` × `down` pixels; blocks at the right and bottom edge may be smaller.
 * It runs before a picture is resized to a much smaller size, so that every pixel counts (no aliasing).
 */
export function shrink({ rgba, width, height }: Pixels, across: number, down: number): Pixels {
  const small = { width: Math.ceil(width / across), height: Math.ceil(height / down) };
  const means = new Uint8ClampedArray(small.width * small.height * 4);
  const sums = new Uint32Array(small.width * 3);
  for (let row = 0; row < small.height; row += 1) {
    const bottom = Math.min(height, (row + 1) * down);
    sums.fill(0);
    for (let y = row * down; y < bottom; y += 1) addLine(rgba, y * width, width, across, sums);
    const lines = bottom - row * down;
    for (let column = 0, from = 0; column < small.width; column += 1, from += 3) {
      const count = Math.min(across, width - column * across) * lines;
      const to = (row * small.width + column) * 4;
      means[to] = sums[from]! / count;
      means[to + 1] = sums[from + 1]! / count;
      means[to + 2] = sums[from + 2]! / count;
      means[to + 3] = 255;
    }
  }
  return { ...small, rgba: means };
}

function addLine(rgba: Uint8ClampedArray, start: number, width: number, across: number, sums: Uint32Array) {
  const end = (start + width) * 4;
  let at = start * 4;
  for (let to = 0; to < sums.length; to += 3) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (const stop = Math.min(end, at + across * 4); at < stop; at += 4) {
      red += rgba[at]!;
      green += rgba[at + 1]!;
      blue += rgba[at + 2]!;
    }
    sums[to]! += red;
    sums[to + 1]! += green;
    sums[to + 2]! += blue;
  }
}
