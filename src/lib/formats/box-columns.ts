/** The numbers of many boxes in typed arrays: a million boxes take 50 MB instead of 500. */
export class BoxColumns {
  image = new Int32Array(1024);
  category = new Int32Array(1024);
  numbers = new Float64Array(4096);
  scores: Map<number, unknown> | null = null;
  length = 0;

  add(image: number, category: number, bbox: readonly number[], score: unknown): void {
    if (this.length === this.image.length) this.#grow();
    this.image[this.length] = image;
    this.category[this.length] = category;
    for (let at = 0; at < 4; at += 1) this.numbers[this.length * 4 + at] = bbox[at]!;
    // A rejected row may have had this index before; its score must not stay.
    if (score !== undefined) (this.scores ??= new Map()).set(this.length, score);
    else this.scores?.delete(this.length);
    this.length += 1;
  }

  /** Truncates to the first `length` rows. */
  cut(length: number): void {
    if (this.scores !== null) for (let row = length; row < this.length; row += 1) this.scores.delete(row);
    this.length = length;
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
