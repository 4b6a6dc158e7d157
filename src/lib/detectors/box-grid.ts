import type { Candidates } from './candidates';

/** Cells of a side, at most. */
const MOST_CELLS = 64;
/** More than rounding can move a centre by, in parts of a box's side. */
const SLACK = 1 + 1e-6;

/**
 * The boxes that stayed, each in the cell that its centre lies in.
 *
 * Two boxes whose intersection over union is above `t` share more than `t` of the longer one's width, so that the
 * shorter is at least `t` as wide. Of boxes w and v wide that gives centres at most (w + v) / 2 - t max(w, v) apart,
 * or |w - v| / 2 where one lies within the other: over all such v never more than w (1 - t) max(1, 1 / (2 t)). Only
 * the cells that near a box's centre are looked at.
 */
export class BoxGrid {
  readonly #candidates: Candidates;
  readonly #overlap: number;
  /** How far a covered box's centre may lie from its own, in its own widths and heights. */
  readonly #reach: number;
  readonly #across: Axis;
  readonly #down: Axis;
  /** The newest box of each cell, and for each box the one before it. */
  readonly #newest: Int32Array;
  readonly #before: Int32Array;

  constructor(candidates: Candidates, overlap: number) {
    this.#candidates = candidates;
    this.#overlap = overlap;
    this.#reach = (1 - overlap) * Math.max(1, 0.5 / overlap) * SLACK;
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

  /** Whether a box covers one of its class that is here by more than the overlap. */
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
          const common = width * height;
          if (common > this.#overlap * (area + (r - l) * (b - t) - common)) return true;
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

/** Cells of about half a box's side, but not many more than boxes. `side`: 0 across, 1 down. */
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
  const most = Math.min(MOST_CELLS, Math.ceil(Math.sqrt(2 * count)));
  const cells = Math.min(most, Math.max(1, Math.floor((2 * length * count) / sum)));
  return Number.isFinite(length) && length > 0 && Number.isFinite(cells)
    ? { from, scale: cells / length, cells }
    : { from: 0, scale: 0, cells: 1 };
}

/** Never falls where the place rises, whatever is rounded; a place that is no number is told the first. */
const cellOf = ({ from, scale, cells }: Axis, place: number): number =>
  Math.min(cells - 1, Math.max(0, Math.floor((place - from) * scale) || 0));
