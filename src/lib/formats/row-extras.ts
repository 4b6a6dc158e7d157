/** How much text all rows together may keep, in bytes; what comes after it is left out. */
const MOST_BYTES = 1 << 30;
const CHUNK_BYTES = 1 << 22;

/**
 * What rows of a large file say beside their numbers: text by row, in bytes outside of the heap, so that the outlines
 * of a million boxes do not slow down everything else. A file without any takes nothing.
 */
export class TextColumn {
  readonly #chunks: Uint8Array[] = [];
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  #used = 0;
  #bytes = 0;
  /** Of each row: its chunk (from 1; 0: no text), where it starts there, and its length in bytes. */
  #places = new Uint32Array(0);

  get(row: number): string | undefined {
    const chunk = this.#places[row * 3] ?? 0;
    if (chunk === 0) return undefined;
    const start = this.#places[row * 3 + 1]!;
    return this.#decoder.decode(this.#chunks[chunk - 1]!.subarray(start, start + this.#places[row * 3 + 2]!));
  }

  /** Whether there was room for it. */
  set(row: number, text: string): boolean {
    // A letter takes at most three bytes.
    const most = text.length * 3;
    if (this.#bytes + most > MOST_BYTES) return false;
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.length - this.#used < most) {
      chunk = new Uint8Array(Math.max(CHUNK_BYTES, most));
      this.#chunks.push(chunk);
      this.#used = 0;
    }
    const { written } = this.#encoder.encodeInto(text, chunk.subarray(this.#used));
    this.#place(row, this.#chunks.length, this.#used, written);
    this.#used += written;
    this.#bytes += written;
    return true;
  }

  move(from: number, to: number): void {
    const places = this.#places;
    if ((places[from * 3] ?? 0) === 0) {
      if ((places[to * 3] ?? 0) !== 0) places[to * 3] = 0;
      return;
    }
    this.#place(to, places[from * 3]!, places[from * 3 + 1]!, places[from * 3 + 2]!);
    places[from * 3] = 0;
  }

  clear(row: number): void {
    if (row * 3 < this.#places.length) this.#places[row * 3] = 0;
  }

  #place(row: number, chunk: number, start: number, length: number): void {
    if (row * 3 + 3 > this.#places.length) {
      const grown = new Uint32Array(Math.max(1024, row + 1) * 6);
      grown.set(this.#places);
      this.#places = grown;
    }
    this.#places[row * 3] = chunk;
    this.#places[row * 3 + 1] = start;
    this.#places[row * 3 + 2] = length;
  }
}

/** Numbers by row, where rows have one; NaN stands for none. */
export class NumberColumn {
  #values = new Float64Array(0);

  get(row: number): number | null {
    const value = this.#values[row];
    return value === undefined || Number.isNaN(value) ? null : value;
  }

  set(row: number, value: number | null): void {
    if (row >= this.#values.length) {
      if (value === null) return;
      const grown = new Float64Array(Math.max(1024, (row + 1) * 2)).fill(Number.NaN);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[row] = value ?? Number.NaN;
  }

  move(from: number, to: number): void {
    this.set(to, this.get(from));
    this.set(from, null);
  }
}
