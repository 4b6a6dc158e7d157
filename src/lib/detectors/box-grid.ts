import type { Candidates } from './candidates';

/** The grid has at most this many cells along each side. */
const MAX_CELLS = 64;
/** Rounding moves a centre by less than this, as a factor of a box's side. */
const SLACK = 1 + 1e-6;

/**
 * A spatial grid of the boxes that suppression has kept, each in the cell of its centre.
 *
 * Two boxes whose intersection over union is above `t` share more than `t` of the longer one's width, so that the
 * shorter is at least `t` as wide. For boxes w and v wide, that puts their centres at most (w + v) / 2 - t max(w,
 * v) apart, or |w - v| / 2 where one lies within the other: over all such v, never more than w (1 - t) max(1, 1 /
 * (2 t)). Only the cells that near a box's centre are searched.
 */
export class BoxGrid {
  readonly #candidates: Candidates;
  readonly #iouThreshold: number;
  /**
   * The centre of a covered box lies at most this far from a box's own centre, as a factor of its own width and
   * height.
   */
  readonly #reach: number;
  readonly #across: Axis;
  readonly #down: Axis;
  /**
   * `newest` holds the newest box of each cell, and `before`, for each box, the box that was the newest of its cell
   * before it: linked lists.
   */
  readonly #newest: Int32Array;
  readonly #before: Int32Array;

  constructor(candidates: Candidates, iouThreshold: number) {
    this.#candidates = candidates;
    this.#iouThreshold = iouThreshold;
    this.#reach = (1 - iouThreshold) * Math.max(1, 0.5 / iouThreshold) * SLACK;
    this.#across = axis(candidates, 0);
    this.#down = axis(candidates, 1);
    this.#newest = new Int32Array(this.#across.cells * this.#down.cells).fill(-1);
    this.#before = new Int32Array(candidates.count);
  }

  add(candidate: number): void {
    const { boxes } = this.#candidates;
    const at = candidate * 4;
    const x = cellOf(this.#across, (boxes[at]! + boxes[at + 2]!) / 2);
    const y = cellOf(this.#down, (boxes[at + 1]! + boxes[at + 3]!) / 2);
    const cell = y * this.#across.cells + x;
    this.#before[candidate] = this.#newest[cell]!;
    this.#newest[cell] = candidate;
  }

  /** Whether a box covers a kept box of its class with an intersection over union above the threshold. */
  covers(candidate: number): boolean {
    const { boxes, classes } = this.#candidates;
    const at = candidate * 4;
    const own = classes[candidate]!;
    const left = boxes[at]!;
    const top = boxes[at + 1]!;
    const right = boxes[at + 2]!;
    const bottom = boxes[at + 3]!;
    // A box without area covers none.
    if (!(right > left && bottom > top)) return false;
    const area = (right - left) * (bottom - top);
    const [x, reachX] = [(left + right) / 2, (right - left) * this.#reach];
    const [y, reachY] = [(top + bottom) / 2, (bottom - top) * this.#reach];
    const firstX = cellOf(this.#across, x - reachX);
    const lastX = cellOf(this.#across, x + reachX);
    const lastY = cellOf(this.#down, y + reachY);
    for (let row = cellOf(this.#down, y - reachY); row <= lastY; row += 1)
      for (let column = firstX; column <= lastX; column += 1) {
        let other = this.#newest[row * this.#across.cells + column]!;
        for (; other >= 0; other = this.#before[other]!) {
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
          const intersection = width * height;
          if (intersection > this.#iouThreshold * (area + (r - l) * (b - t) - intersection)) return true;
        }
      }
    return false;
  }
}

interface Axis {
  readonly from: number;
  /** The unit is cells per pixel. */
  readonly scale: number;
  readonly cells: number;
}

/**
 * Cells are about half a box's side long, but there are not many more cells than boxes. `side` is 0 for x and 1 for
 * y.
 */
function axis({ boxes, count }: Candidates, side: 0 | 1): Axis {
  let from = Infinity;
  let to = -Infinity;
  let sum = 0;
  for (let at = side; at < count * 4; at += 4) {
    const [near, far] = [boxes[at]!, boxes[at + 2]!];
    const centre = (near + far) / 2;
    if (centre < from) from = centre;
    if (centre > to) to = centre;
    sum += Math.max(0, far - near);
  }
  const length = to - from;
  const most = Math.min(MAX_CELLS, Math.ceil(Math.sqrt(2 * count)));
  const cells = Math.min(most, Math.max(1, Math.floor((2 * length * count) / sum)));
  return Number.isFinite(length) && length > 0 && Number.isFinite(cells)
    ? { from, scale: cells / length, cells }
    : { from: 0, scale: 0, cells: 1 };
}

/** Monotonic in `place`, whatever is rounded; NaN gets the first cell. */
const cellOf = ({ from, scale, cells }: Axis, place: number): number =>
  Math.min(cells - 1, Math.max(0, Math.floor((place - from) * scale) || 0));
