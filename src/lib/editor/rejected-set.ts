import type { AnnotationChange } from '$lib/domain/change';
import type { RegionId } from '$lib/domain/ids';

/** Storage for the rejected suggestions of one prediction. */
export interface RejectedStorage {
  readonly ids: ReadonlySet<RegionId>;
  /** Resolves when the ids are on disk. */
  readonly save: (ids: ReadonlySet<RegionId>) => Promise<void>;
}

/** Suggestions that were rejected together. `after` is the last undo step at that time; undefined if there was none. */
interface Rejection {
  readonly ids: readonly RegionId[];
  readonly after: AnnotationChange | undefined;
}

interface State {
  readonly ids: ReadonlySet<RegionId>;
  readonly done: readonly Rejection[];
  readonly undone: readonly Rejection[];
}

const NOTHING: State = { ids: new Set(), done: [], undone: [] };

/**
 * Suggestions that the person has rejected. Rejecting changes no region, so it is not part of the document's history.
 * Undo takes back a rejection before the step (`after`) that it followed.
 */
export class RejectedSet {
  #storage: RejectedStorage | null = null;
  #now = NOTHING;

  get ids(): ReadonlySet<RegionId> {
    return this.#now.ids;
  }

  /** Loads the rejected ids. If they equal the present ones, because this set wrote them, the undo steps are kept. */
  load(storage: RejectedStorage | null): void {
    this.#storage = storage;
    const ids = storage?.ids ?? NOTHING.ids;
    if (!isSame(ids, this.ids)) this.#now = { ...NOTHING, ids };
  }

  canStepBack = (after: AnnotationChange | undefined): boolean => isLast(this.#now.done, after);
  canStepForward = (after: AnnotationChange | undefined): boolean => isLast(this.#now.undone, after);

  reject(ids: readonly RegionId[], after: AnnotationChange | undefined): void {
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

  /** Makes all rejected suggestions open again. This cannot be undone. */
  clear(): void {
    this.#now = NOTHING;
  }

  /** Drops the redo steps, because new work was done. */
  forgetUndone(): void {
    this.#now = { ...this.#now, undone: [] };
  }

  /** Applies `change` and writes the rejected ids. Call `rollBack` if the write fails. */
  save(change: () => void): { readonly write: Promise<void>; readonly rollBack: () => void } {
    const before = this.#now;
    change();
    const write = this.#storage?.save(this.ids) ?? Promise.resolve();
    return { write, rollBack: () => (this.#now = before) };
  }
}

const isLast = (rejections: readonly Rejection[], after: AnnotationChange | undefined): boolean =>
  rejections.length > 0 && rejections.at(-1)!.after === after;

const isSame = (one: ReadonlySet<RegionId>, other: ReadonlySet<RegionId>): boolean =>
  one.size === other.size && [...one].every((id) => other.has(id));
