/** Number of rows to prefetch: more than any screen shows, and read within a few milliseconds. */
const PREFETCHED_ROWS = 500;

interface Waiting {
  readonly done: (list: Int32Array) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * [Note: List before its index]
 * A list by number without gaps is known without reading anything. With gaps, because tasks were deleted, it depends
 * on the index of all tasks, which takes seconds for 100,000 of them. Until then the first rows are read directly
 * from the database, and the list already has its final length: rows that are not read yet are placeholders. So when
 * the index arrives, nothing on the screen changes, and neither a row nor the scroll bar moves. Rows that are there
 * can be opened and selected; Select All, Export, filters and other orders wait for the whole list.
 */
export class PartialList {
  readonly #read: (count: number) => Promise<readonly number[]>;
  #first = $state.raw<readonly number[] | null>(null);
  #isBegun = false;
  readonly #waiting: Waiting[] = [];

  /** `read` resolves to the first numbers of the project. */
  constructor(read: (count: number) => Promise<readonly number[]>) {
    this.#read = read;
  }

  /** Reads the first rows; repeated calls do nothing. */
  async begin(): Promise<void> {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#first = await this.#read(PREFETCHED_ROWS);
  }

  /** The list by number with the rows read so far; null before any was read. */
  of(head: { readonly total: number } | null): Int32Array | null {
    return this.#first && head && withPlaceholders(this.#first, head.total);
  }

  /** Resolves to the whole list once it is there. */
  wait(): Promise<Int32Array> {
    return new Promise((done, fail) => this.#waiting.push({ done, fail }));
  }

  /** Resolves all waiting promises with the whole list. */
  end(list: Int32Array): void {
    for (const { done } of this.#waiting.splice(0)) done(list);
  }

  /** Rejects all waiting promises. */
  fail(error: unknown): void {
    for (const { fail } of this.#waiting.splice(0)) fail(error);
  }
}

/** Task numbers, followed by negative placeholders for rows that are not read yet. */
export function withPlaceholders(first: readonly number[], total: number): Int32Array {
  const list = Int32Array.from({ length: Math.max(total, first.length) }, (_, at) => -1 - at);
  list.set(first);
  return list;
}

/** True for a task number, false for a placeholder. */
export const isRead = (number: number): boolean => number > 0;
