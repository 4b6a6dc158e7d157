import type { Rect } from '../geometry';

/**
 * Boxes of many pictures as columns of numbers: 100,000 boxes are eight arrays, not 100,000 objects. The boxes of
 * a picture stand together, in the order they were said; pictures stand in the order of their tasks.
 */
export interface BoxColumns {
  /** Where the boxes of each picture begin; one more at the end, so that picture `p` has `starts[p]` to `starts[p + 1]`. */
  readonly starts: Uint32Array;
  /** Which of the labels that are judged, from 0. */
  readonly label: Uint16Array;
  /** In pixels of the upright picture, as are the next three. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly width: Float64Array;
  readonly height: Float64Array;
}

/** What people said is there. */
export interface TrueBoxes extends BoxColumns {
  /** In square pixels; COCO's area of an object, which may be smaller than its box. */
  readonly area: Float64Array;
  /** 1 for a crowd: a region of many objects that nobody counted. */
  readonly isCrowd: Uint8Array;
}

/** What a model said is there. */
export interface FoundBoxes extends BoxColumns {
  /** 0..1 by most models; files may have any. */
  readonly score: Float64Array;
}

/** One box on its way into columns. `score`: of a found box; of a true one it counts for nothing. */
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

/** x, y, width, height, label, score, area, crowd. */
const STRIDE = 8;

/** Takes boxes picture by picture and gives them as columns. */
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

  /** What is added from now on is of the next picture. */
  nextPicture(): void {
    this.#starts.push(this.#count);
  }

  add({ label, x, y, width, height, score = 1, area = width * height, isCrowd = false }: BoxRow): void {
    const at = this.#reserve(1);
    this.#rows.set([x, y, width, height, label, score, area, isCrowd ? 1 : 0], at);
  }

  /** Whether a picture has a box that is right by `is`. */
  holds(picture: number, is: (box: Rect & { readonly score: number }) => boolean): boolean {
    const end = this.#starts[picture + 1] ?? this.#count;
    for (let at = this.#starts[picture]!; at < end; at += 1) {
      const [x, y, width, height, , score] = this.#rows.subarray(at * STRIDE, (at + 1) * STRIDE);
      if (is({ x: x!, y: y!, width: width!, height: height!, score: score! })) return true;
    }
    return false;
  }

  /** Adds the boxes of a picture of another collector. */
  addPictureOf(other: BoxCollector, picture: number): void {
    const start = other.#starts[picture]!;
    const end = other.#starts[picture + 1] ?? other.#count;
    const at = this.#reserve(end - start);
    this.#rows.set(other.#rows.subarray(start * STRIDE, end * STRIDE), at);
  }

  found(): FoundBoxes {
    return { ...this.#columns(), score: this.#column(5) };
  }

  truth(): TrueBoxes {
    return { ...this.#columns(), area: this.#column(6), isCrowd: Uint8Array.from(this.#column(7)) };
  }

  /** Room for so many more boxes; the place of the first in the rows. */
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
