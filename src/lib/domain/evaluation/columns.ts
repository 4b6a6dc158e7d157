import type { Rect } from '../geometry';

/**
 * Boxes of many pictures as columns of numbers: 100,000 boxes are eight arrays, not 100,000 objects. The boxes of a
 * picture stand together, in their original order; pictures stand in the order of their tasks.
 */
export interface BoxColumns {
  /**
   * Index of the first box of each picture, with one more entry for the end: picture `p` has the boxes `starts[p]` to
   * `starts[p + 1]`.
   */
  readonly starts: Uint32Array;
  /** Index of the box's label among the evaluated labels, from 0. */
  readonly label: Uint16Array;
  /** In pixels of the upright picture, as are `y`, `width` and `height`. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly width: Float64Array;
  readonly height: Float64Array;
}

/** Ground truth boxes. */
export interface GroundTruthBoxes extends BoxColumns {
  /** In square pixels; COCO's area of an object, which may be smaller than its box. */
  readonly area: Float64Array;
  /** 1 for a crowd: a region of many objects that nobody counted. */
  readonly isCrowd: Uint8Array;
}

/** Boxes that a model predicted. */
export interface PredictedBoxes extends BoxColumns {
  /** Between 0 and 1 for most models; imported files may hold any number. */
  readonly score: Float64Array;
}

/**
 * One box before it is added to columns. `score` is the score of a prediction; it is ignored for a ground truth box.
 */
export interface BoxRow {
  readonly label: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly score?: number;
  readonly area?: number;
  readonly isCrowd?: boolean;
}

/** Fields per row: x, y, width, height, label, score, area, crowd. */
const STRIDE = 8;

/** Collects boxes picture by picture and returns them as columns. */
export class BoxCollector {
  #rows = new Float64Array(STRIDE * 1024);
  #count = 0;
  readonly #starts: number[] = [];

  get count(): number {
    return this.#count;
  }

  get pictures(): number {
    return this.#starts.length;
  }

  /** Starts the next picture: boxes added from now on belong to it. */
  nextPicture(): void {
    this.#starts.push(this.#count);
  }

  add({ label, x, y, width, height, score = 1, area = width * height, isCrowd = false }: BoxRow): void {
    const at = this.#reserve(1);
    this.#rows.set([x, y, width, height, label, score, area, isCrowd ? 1 : 0], at);
  }

  /** Whether a picture has a box for which `is` returns true. */
  holds(picture: number, is: (box: Rect & { readonly score: number }) => boolean): boolean {
    const end = this.#starts[picture + 1] ?? this.#count;
    for (let at = this.#starts[picture]!; at < end; at += 1) {
      const [x, y, width, height, , score] = this.#rows.subarray(at * STRIDE, (at + 1) * STRIDE);
      if (is({ x: x!, y: y!, width: width!, height: height!, score: score! })) return true;
    }
    return false;
  }

  /** Adds all boxes of one picture of another collector. */
  addPictureOf(other: BoxCollector, picture: number): void {
    const start = other.#starts[picture]!;
    const end = other.#starts[picture + 1] ?? other.#count;
    const at = this.#reserve(end - start);
    this.#rows.set(other.#rows.subarray(start * STRIDE, end * STRIDE), at);
  }

  found(): PredictedBoxes {
    return { ...this.#columns(), score: this.#column(5) };
  }

  truth(): GroundTruthBoxes {
    return { ...this.#columns(), area: this.#column(6), isCrowd: Uint8Array.from(this.#column(7)) };
  }

  /** Makes room for `more` boxes. Returns the offset of the first of them in the rows. */
  #reserve(more: number): number {
    const at = this.#count * STRIDE;
    this.#count += more;
    const needed = this.#count * STRIDE;
    if (needed > this.#rows.length) {
      const wider = new Float64Array(Math.max(needed, this.#rows.length * 2));
      wider.set(this.#rows);
      this.#rows = wider;
    }
    return at;
  }

  #columns(): BoxColumns {
    return {
      starts: Uint32Array.from([...this.#starts, this.#count]),
      label: Uint16Array.from(this.#column(4)),
      x: this.#column(0),
      y: this.#column(1),
      width: this.#column(2),
      height: this.#column(3),
    };
  }

  #column(offset: number): Float64Array {
    const column = new Float64Array(this.#count);
    for (let at = 0; at < column.length; at += 1) column[at] = this.#rows[at * STRIDE + offset]!;
    return column;
  }
}
