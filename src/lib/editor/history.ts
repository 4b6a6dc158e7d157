import type { RegionChange } from '$lib/domain/change';

/** Steps that can be taken back; older ones are forgotten. */
const LIMIT = 200;

/** Undo and redo as stacks of changes, last one on top. */
export interface History {
  readonly done: readonly RegionChange[];
  readonly undone: readonly RegionChange[];
}

export const EMPTY_HISTORY: History = { done: [], undone: [] };

export const record = (history: History, change: RegionChange): History => ({
  done: [...history.done, change].slice(-LIMIT),
  undone: [],
});

export const stepBack = ({ done, undone }: History): History => ({
  done: done.slice(0, -1),
  undone: [...undone, done.at(-1)!],
});

export const stepForward = ({ done, undone }: History): History => ({
  done: [...done, undone.at(-1)!],
  undone: undone.slice(0, -1),
});
