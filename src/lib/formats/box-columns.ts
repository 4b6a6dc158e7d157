/** The numbers of many boxes in typed arrays: a million boxes take 50 MB instead of 500. */
export class BoxColumns {
  image = new Int32Array(1024);
  category = new Int32Array(1024);
  numbers = new Float64Array(4096);
  scores: Map<number, unknown> | null = null;
  /** In degrees, clockwise; upright boxes have none. */
  readonly rotations = new Map<number, number>();
  length = 0;

  /** `bbox`: x, y, width and height before the rotation. */
  add(image: number, category: number, bbox: readonly number[], rotation: number, score: unknown): void {
    if (this.length === this.image.length) this.#grow();
    this.image[this.length] = image;
    this.category[this.length] = category;
    for (let at = 0; at < 4; at += 1) this.numbers[this.length * 4 + at] = bbox[at]!;
    // A rejected row may have had this index before; its score must not stay.
    if (score !== undefined) (this.scores ??= new Map()).set(this.length, score);
    else this.scores?.delete(this.length);
    if (rotation !== 0) this.rotations.set(this.length, rotation);
    else this.rotations.delete(this.length);
    this.length += 1;
  }

  /** Truncates to the first `length` rows. */
  cut(length: number): void {
    if (this.scores !== null) for (let row = length; row < this.length; row += 1) this.scores.delete(row);
    this.length = length;
  }

  /**
   * Leaves out the boxes that an earlier file has with the same category and place. Boxes of a model stay: it may have
   * found one twice. `fileOf` tells the file of a row.
   */
  withoutRepeats(rows: Int32Array, fileOf: (row: number) => unknown): readonly number[] {
    const seen = new Map<string, unknown>();
    return [...rows].filter((row) => {
      if (this.scores?.has(row)) return true;
      const place = this.numbers.subarray(row * 4, row * 4 + 4).join(' ');
      const box = `${this.category[row]} ${place} ${this.rotations.get(row) ?? 0}`;
      const before = seen.get(box);
      if (before === undefined) seen.set(box, fileOf(row));
      return before === undefined || before === fileOf(row);
    });
  }

  #grow(): void {
    const grown = <T extends Int32Array | Float64Array>(next: T, now: T): T => {
      next.set(now);
      return next;
    };
    this.image = grown(new Int32Array(this.length * 2), this.image);
    this.category = grown(new Int32Array(this.length * 2), this.category);
    this.numbers = grown(new Float64Array(this.length * 8), this.numbers);
  }

  /** Groups the rows by image, in the file's order. */
  byImage(images: number): { readonly rows: Int32Array; readonly starts: Int32Array } {
    const starts = new Int32Array(images + 1);
    for (let row = 0; row < this.length; row += 1) starts[this.image[row]! + 1]! += 1;
    for (let image = 0; image < images; image += 1) starts[image + 1]! += starts[image]!;
    const next = starts.slice();
    const rows = new Int32Array(this.length);
    for (let row = 0; row < this.length; row += 1) {
      const image = this.image[row]!;
      rows[next[image]!] = row;
      next[image]! += 1;
    }
    return { rows, starts };
  }
}
