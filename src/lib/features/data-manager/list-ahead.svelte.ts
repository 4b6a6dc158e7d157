/** More than any screen shows, and read in a few milliseconds. */
const READ_AHEAD = 500;

interface Waiting {
  readonly done: (list: Int32Array) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * [Note: List before its index]
 * A list by number without gaps is known before anything was read. One with gaps, because tasks were deleted, waits for
 * the index of all its tasks, which takes seconds for 100,000 of them. Until then the first rows are read straight
 * from the database, and the list is as long as it will be: what is not read yet has a place, but no number. So the
 * index changes nothing that is on the screen, and neither a place nor the scroll bar moves. Rows that are there can
 * be opened and selected; Select All and Export wait for the whole list, and so do filters and other orders.
 */
export class ListAhead {
  readonly #read: (count: number) => Promise<readonly number[]>;
  #first = $state.raw<readonly number[] | null>(null);
  #isBegun = false;
  readonly #waiting: Waiting[] = [];

  /** `read`: the first numbers of the project. */
  constructor(read: (count: number) => Promise<readonly number[]>) {
    this.#read = read;
  }

  /** Reads the first rows, once. */
  async begin(): Promise<void> {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#first = await this.#read(READ_AHEAD);
  }

  /** The list by number, as far as it was read; null where nothing was. */
  of(head: { readonly total: number } | null): Int32Array | null {
    return this.#first && head && listAhead(this.#first, head.total);
  }

  /** The whole list, as soon as there is one. */
  wait(): Promise<Int32Array> {
    return new Promise((done, fail) => this.#waiting.push({ done, fail }));
  }

  /** Hands the whole list to those who wait for it. */
  end(list: Int32Array): void {
    for (const { done } of this.#waiting.splice(0)) done(list);
  }

  /** Tells those who wait that there will be no list. */
  fail(error: unknown): void {
    for (const { fail } of this.#waiting.splice(0)) fail(error);
  }
}

/** Numbers of tasks, and below zero the places that are not read yet. */
export function listAhead(first: readonly number[], total: number): Int32Array {
  const list = Int32Array.from({ length: Math.max(total, first.length) }, (_, at) => -1 - at);
  list.set(first);
  return list;
}

/** Whether an entry of a list is the number of a task, and no place that waits for one. */
export const isRead = (number: number): boolean => number > 0;
