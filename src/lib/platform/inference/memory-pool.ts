/** One picture in the network, one waiting for it, one being preprocessed: more is never free at once. */
const MOST_FREE = 3;

/** Memory that is used again: what is handed out anew for every picture takes the system longer than to fill it. */
export class MemoryPool {
  /** In order of size. */
  #free: ArrayBuffer[] = [];

  readonly bytes = (length: number): Uint8ClampedArray<ArrayBuffer> =>
    new Uint8ClampedArray(this.#take(length), 0, length);
  readonly floats = (length: number): Float32Array<ArrayBuffer> =>
    new Float32Array(this.#take(length * 4), 0, length);

  /** From now on whoever asks next may write over it. The smallest ones go where there are too many. */
  give(buffer: ArrayBuffer): void {
    this.#free = [...this.#free, buffer].sort((a, b) => a.byteLength - b.byteLength).slice(-MOST_FREE);
  }

  #take(length: number): ArrayBuffer {
    const at = this.#free.findIndex(({ byteLength }) => byteLength >= length);
    return at === -1 ? new ArrayBuffer(length) : this.#free.splice(at, 1)[0]!;
  }
}
