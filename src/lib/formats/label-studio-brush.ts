import type { Rect, Size } from '$lib/domain/geometry';

/**
 * The box around a brush mask, in pixels. Label Studio packs the four channels of each pixel in runs, bit by bit:
 * the number of values (32 bits), the size of a value minus one (5), four sizes of run lengths minus one (4 each);
 * then runs: one bit for "all values are equal", two bits for the index of the length's size, the length minus one,
 * and either one value or that many values. A pixel belongs to the mask if its fourth channel is not 0. Null if the
 * data is invalid or the mask is empty.
 */
export function boxOfBrush(rle: unknown, { width, height }: Size): Rect | null {
  if (!Array.isArray(rle) || rle.length < 8) return null;
  const bits = new Bits(rle as readonly unknown[]);
  const count = bits.take(32);
  if (count !== width * height * 4) return null;
  const wordSize = bits.take(5) + 1;
  const sizes = [0, 1, 2, 3].map(() => bits.take(4) + 1);
  const box = { left: Infinity, top: Infinity, right: -1, bottom: -1 };
  for (let at = 0; at < count;) {
    const isRun = bits.take(1) === 1;
    const length = bits.take(sizes[bits.take(2)]!) + 1;
    if (bits.isOver || at + length > count) return null;
    if (isRun) {
      if (bits.take(wordSize) !== 0) addRun(box, at, at + length, width);
    } else
      for (let one = 0; one < length; one += 1)
        if (bits.take(wordSize) !== 0) addRun(box, at + one, at + one + 1, width);
    at += length;
  }
  if (bits.isOver || box.right < 0) return null;
  const { left, top, right, bottom } = box;
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** Values from `from` up to `to`, exclusive; those of fourth channels decide which pixels belong to the mask. */
function addRun(
  box: { left: number; top: number; right: number; bottom: number },
  from: number,
  to: number,
  width: number,
): void {
  const first = Math.ceil((from - 3) / 4);
  const last = Math.floor((to - 4) / 4);
  if (last < first) return;
  const [firstRow, lastRow] = [Math.floor(first / width), Math.floor(last / width)];
  box.top = Math.min(box.top, firstRow);
  box.bottom = Math.max(box.bottom, lastRow);
  box.left = Math.min(box.left, firstRow === lastRow ? first % width : 0);
  box.right = Math.max(box.right, firstRow === lastRow ? last % width : width - 1);
}

/** Reads the bits of bytes, the highest bit first. */
class Bits {
  readonly #bytes: readonly unknown[];
  #at = 0;
  /** True if more bits were read than there are. */
  isOver = false;

  constructor(bytes: readonly unknown[]) {
    this.#bytes = bytes;
  }

  take(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left -= 1) {
      const byte = Number(this.#bytes[this.#at >> 3] ?? Number.NaN);
      if (Number.isNaN(byte)) this.isOver = true;
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
      this.#at += 1;
    }
    return value;
  }
}
