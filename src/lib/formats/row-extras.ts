/** The number of bytes that the texts of all rows may take together; further texts are left out. */
const MAX_BYTES = 1 << 30;
const CHUNK_BYTES = 1 << 22;

/**
 * Texts by row for large files, in bytes outside the heap, so that the outlines of a million boxes do not slow down
 * garbage collection. Without any text it takes no memory.
 */
export class TextColumn {
  readonly #chunks: Uint8Array[] = [];
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  #used = 0;
  #bytes = 0;
  /** For each row: its chunk (from 1; 0 if it has no text), the offset in it, and the length in bytes. */
  #places = new Uint32Array(0);

  get(row: number): string | undefined {
    const chunk = this.#places[row * 3] ?? 0;
    if (chunk === 0) return undefined;
    const start = this.#places[row * 3 + 1]!;
    return this.#decoder.decode(this.#chunks[chunk - 1]!.subarray(start, start + this.#places[row * 3 + 2]!));
  }

  /** Returns whether there was room for the text. */
  set(row: number, text: string): boolean {
    // A UTF-16 unit takes at most three bytes in UTF-8.
    const most = text.length * 3;
    if (this.#bytes + most > MAX_BYTES) return false;
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

/** Numbers by row; NaN stands for none. */
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
