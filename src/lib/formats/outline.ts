import { enclosing, type Rect, type Size } from '$lib/domain/geometry';
import { numberFrom } from './boxes';

/**
 * The box around a COCO segmentation, in pixels. A segmentation is one polygon or several (`[x, y, x, y ...]`, or a
 * list of such lists), or a run-length mask (`counts`, a list or COCO's compressed text, with `size` [height,
 * width]). Null if it is neither, or has no area.
 */
export function boxOfSegmentation(segmentation: unknown): Rect | null {
  if (Array.isArray(segmentation)) return boxOfOutlines(segmentation);
  if (typeof segmentation !== 'object' || segmentation === null) return null;
  const { counts } = segmentation as { readonly counts?: unknown };
  const whole = maskSize(segmentation);
  if (whole === null) return null;
  if (typeof counts === 'string') return boxOfRuns(compressedRuns(counts), whole);
  return Array.isArray(counts) ? boxOfRuns(counts.map(numberFrom), whole) : null;
}

/** The picture size that a mask covers; null for polygons, which do not state it. */
export function maskSize(segmentation: unknown): Size | null {
  if (!isMask(segmentation)) return null;
  const { size } = segmentation as { readonly size?: unknown };
  if (!Array.isArray(size)) return null;
  const [height, width] = [numberFrom(size[0]), numberFrom(size[1])];
  return height !== null && width !== null && height > 0 && width > 0 ? { width, height } : null;
}

/** For a run-length mask, only the box around it is used. */
export const isMask = (segmentation: unknown): boolean =>
  typeof segmentation === 'object' && segmentation !== null && !Array.isArray(segmentation);

function boxOfOutlines(rings: readonly unknown[]): Rect | null {
  const seen = { points: 0, isWrong: false };
  const box = enclosing(pointsOf(rings, seen));
  return seen.isWrong || seen.points < 2 ? null : box;
}

function* pointsOf(
  rings: readonly unknown[],
  seen: { points: number; isWrong: boolean },
): Iterable<readonly [number, number]> {
  for (const ring of rings.some(Array.isArray) ? rings : [rings]) {
    const listed = Array.isArray(ring) ? (ring as readonly unknown[]) : [null, null];
    // Some tools write each point as a pair.
    const numbers = Array.isArray(listed[0]) ? listed.flat() : listed;
    for (let at = 0; at + 1 < numbers.length; at += 2) {
      const [x, y] = [numberFrom(numbers[at]), numberFrom(numbers[at + 1])];
      seen.points += 1;
      if (x === null || y === null) seen.isWrong = true;
      else yield [x, y];
    }
  }
}

/** The box of alternating runs of pixels outside and inside the mask, beginning outside, column by column. */
function boxOfRuns(runs: Iterable<number | null>, { width, height }: Size): Rect | null {
  let [at, isInside] = [0, false];
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const run of runs) {
    if (run === null || run < 0 || !Number.isInteger(run)) return null;
    if (isInside && run > 0) {
      const [first, last] = [at, at + run - 1];
      const [firstColumn, lastColumn] = [Math.floor(first / height), Math.floor(last / height)];
      const isOneColumn = firstColumn === lastColumn;
      left = Math.min(left, firstColumn);
      right = Math.max(right, lastColumn);
      top = Math.min(top, isOneColumn ? first % height : 0);
      bottom = Math.max(bottom, isOneColumn ? last % height : height - 1);
    }
    at += run;
    if (at > width * height) return null;
    isInside = !isInside;
  }
  return right < left ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * Decodes COCO's compressed run lengths: six bits per character from `0` on, of which five belong to the number and
 * the sixth says that it continues. From the fourth run on, each is the difference from the run two before.
 */
function* compressedRuns(text: string): Iterable<number | null> {
  const before: number[] = [];
  let value = 0;
  let shift = 0;
  for (const letter of text) {
    const six = letter.charCodeAt(0) - 48;
    if (!(six >= 0 && six < 64) || shift > 45) {
      yield null;
      return;
    }
    value += (six & 31) * 2 ** shift;
    shift += 5;
    if ((six & 32) !== 0) continue;
    if ((six & 16) !== 0) value -= 2 ** shift;
    const run = value + (before.length > 2 ? before.at(-2)! : 0);
    before.push(run);
    if (before.length > 3) before.shift();
    yield run;
    value = 0;
    shift = 0;
  }
}
