import type { RegionChange } from '$lib/domain/change';
import type { RegionId } from '$lib/domain/ids';

/** Where a prediction's rejected suggestions are kept. */
export interface RejectedMemory {
  readonly ids: ReadonlySet<RegionId>;
  /** Settles when they are on disk. */
  readonly keep: (ids: ReadonlySet<RegionId>) => Promise<void>;
}

/** `after`: the last step of work at that time; undefined: none. */
interface Rejection {
  readonly ids: readonly RegionId[];
  readonly after: RegionChange | undefined;
}

interface State {
  readonly ids: ReadonlySet<RegionId>;
  readonly done: readonly Rejection[];
  readonly undone: readonly Rejection[];
}

const NOTHING: State = { ids: new Set(), done: [], undone: [] };

/**
 * Suggestions that the person does not want. No region changes with them, so they stand beside the history: what
 * was rejected after the step that is now the last one is taken back before that step is.
 */
export class RejectedSet {
  #memory: RejectedMemory | null = null;
  #now = NOTHING;

  get ids(): ReadonlySet<RegionId> {
    return this.#now.ids;
  }

  /** What it holds already, from this set itself, changes nothing. */
  remember(memory: RejectedMemory | null): void {
    this.#memory = memory;
    const ids = memory?.ids ?? NOTHING.ids;
    if (!isSame(ids, this.ids)) this.#now = { ...NOTHING, ids };
  }

  canStepBack = (after: RegionChange | undefined): boolean => isLast(this.#now.done, after);
  canStepForward = (after: RegionChange | undefined): boolean => isLast(this.#now.undone, after);

  reject(ids: readonly RegionId[], after: RegionChange | undefined): void {
    const { done } = this.#now;
    this.#now = { ids: new Set([...this.ids, ...ids]), done: [...done, { ids, after }], undone: [] };
  }

  stepBack(): void {
    const { done, undone } = this.#now;
    const last = done.at(-1)!;
    this.#now = {
      ids: new Set([...this.ids].filter((id) => !last.ids.includes(id))),
      done: done.slice(0, -1),
      undone: [...undone, last],
    };
  }

  stepForward(): void {
    const { done, undone } = this.#now;
    const next = undone.at(-1)!;
    this.#now = {
      ids: new Set([...this.ids, ...next.ids]),
      done: [...done, next],
      undone: undone.slice(0, -1),
    };
  }

  /** All are suggestions again; that is not a step of its own. */
  clear(): void {
    this.#now = NOTHING;
  }

  /** New work: what was taken back is not made again any more. */
  forgetUndone(): void {
    this.#now = { ...this.#now, undone: [] };
  }

  /** Writes down what is rejected now; the answer's `rollBack` is for a write that fails. */
  kept(change: () => void): { readonly write: Promise<void>; readonly rollBack: () => void } {
    const before = this.#now;
    change();
    const write = this.#memory?.keep(this.ids) ?? Promise.resolve();
    return { write, rollBack: () => (this.#now = before) };
  }
}

const isLast = (rejections: readonly Rejection[], after: RegionChange | undefined): boolean =>
  rejections.length > 0 && rejections.at(-1)!.after === after;

const isSame = (one: ReadonlySet<RegionId>, other: ReadonlySet<RegionId>): boolean =>
  one.size === other.size && [...one].every((id) => other.has(id));
