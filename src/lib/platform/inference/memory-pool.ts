/** One picture is in the network, one waits and one is preprocessed, so no more buffers are ever free. */
const MAX_FREE = 3;

/** Reuses memory: allocating a new buffer for every picture takes the system longer than filling it. */
export class MemoryPool {
  /** Ordered by size. */
  #free: ArrayBuffer[] = [];

  readonly bytes = (length: number): Uint8ClampedArray<ArrayBuffer> =>
    new Uint8ClampedArray(this.#take(length), 0, length);
  readonly floats = (length: number): Float32Array<ArrayBuffer> =>
    new Float32Array(this.#take(length * 4), 0, length);

  /**
   * The next request may overwrite the buffer from now on. If there are too many buffers, the smallest are dropped.
   */
  release(buffer: ArrayBuffer): void {
    this.#free = [...this.#free, buffer].sort((a, b) => a.byteLength - b.byteLength).slice(-MAX_FREE);
  }

  #take(length: number): ArrayBuffer {
    const at = this.#free.findIndex(({ byteLength }) => byteLength >= length);
    return at === -1 ? new ArrayBuffer(length) : this.#free.splice(at, 1)[0]!;
  }
}
