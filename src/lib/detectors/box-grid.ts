import type { Candidates } from './candidates';

/** Cells of a side, at most. */
const MOST_CELLS = 32;

/**
 * The boxes that stayed, each in every cell that it touches: two boxes that share no cell share no pixel. The cells
 * are about as large as a box, so that few boxes share one and a box touches few.
 */
export class BoxGrid {
  readonly #candidates: Candidates;
  readonly #across: Axis;
  readonly #down: Axis;
  /** The newest entry of each cell, and for each entry the one before it and its box. */
  readonly #newest: Int32Array;
  readonly #before: number[] = [];
  readonly #box: number[] = [];

  constructor(candidates: Candidates) {
    this.#candidates = candidates;
    this.#across = axis(candidates, 0);
    this.#down = axis(candidates, 1);
    this.#newest = new Int32Array(this.#across.cells * this.#down.cells).fill(-1);
  }

  add(candidate: number): void {
    const { boxes } = this.#candidates;
    const at = candidate * 4;
    const [left, right] = [cellOf(this.#across, boxes[at]!), cellOf(this.#across, boxes[at + 2]!)];
    const [top, bottom] = [cellOf(this.#down, boxes[at + 1]!), cellOf(this.#down, boxes[at + 3]!)];
    for (let y = top; y <= bottom; y += 1)
      for (let x = left; x <= right; x += 1) {
        const cell = y * this.#across.cells + x;
        this.#before.push(this.#newest[cell]!);
        this.#newest[cell] = this.#box.push(candidate) - 1;
      }
  }

  /** Whether a box covers one of its class that is here by more than `overlap` (intersection over union). */
  covers(candidate: number, overlap: number): boolean {
    const { boxes, classes } = this.#candidates;
    const at = candidate * 4;
    const own = classes[candidate]!;
    const left = boxes[at]!;
    const top = boxes[at + 1]!;
    const right = boxes[at + 2]!;
    const bottom = boxes[at + 3]!;
    const area = Math.max(0, right - left) * Math.max(0, bottom - top);
    const lastX = cellOf(this.#across, right);
    const lastY = cellOf(this.#down, bottom);
    for (let y = cellOf(this.#down, top); y <= lastY; y += 1)
      for (let x = cellOf(this.#across, left); x <= lastX; x += 1) {
        let entry = this.#newest[y * this.#across.cells + x]!;
        for (; entry >= 0; entry = this.#before[entry]!) {
          const other = this.#box[entry]!;
          if (classes[other] !== own) continue;
          const corner = other * 4;
          const l = boxes[corner]!;
          const r = boxes[corner + 2]!;
          const width = Math.min(right, r) - Math.max(left, l);
          if (width <= 0) continue;
          const t = boxes[corner + 1]!;
          const b = boxes[corner + 3]!;
          const height = Math.min(bottom, b) - Math.max(top, t);
          if (height <= 0) continue;
          const common = width * height;
          if (common > overlap * (area + (r - l) * (b - t) - common)) return true;
        }
      }
    return false;
  }
}

interface Axis {
  readonly from: number;
  /** In cells a pixel. */
  readonly scale: number;
  readonly cells: number;
}

/** `side`: 0 across, 1 down. */
function axis({ boxes, count }: Candidates, side: 0 | 1): Axis {
  let from = Infinity;
  let to = -Infinity;
  let sum = 0;
  for (let at = side; at < count * 4; at += 4) {
    const [near, far] = [boxes[at]!, boxes[at + 2]!];
    if (near < from) from = near;
    if (far > to) to = far;
    sum += Math.max(0, far - near);
  }
  const length = to - from;
  const cells = Math.min(MOST_CELLS, Math.max(1, Math.floor((length * count) / sum)));
  return Number.isFinite(length) && length > 0 && Number.isFinite(cells)
    ? { from, scale: cells / length, cells }
    : { from: 0, scale: 0, cells: 1 };
}

/** Never falls where the place rises, so that boxes which overlap share a cell whatever is rounded. */
const cellOf = ({ from, scale, cells }: Axis, place: number): number =>
  Math.min(cells - 1, Math.max(0, Math.floor((place - from) * scale)));
