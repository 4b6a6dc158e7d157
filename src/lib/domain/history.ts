import { invertAnnotation, type AnnotationChange } from './change';

/** Number of steps that can be undone; older ones are forgotten. */
const LIMIT = 200;

/** Undo and redo as stacks of changes, last one on top. */
export interface History {
  readonly done: readonly AnnotationChange[];
  readonly undone: readonly AnnotationChange[];
}

/** Role of a change in the history: new work, an undo or a redo. */
export type Step = 'do' | 'undo' | 'redo';

export const EMPTY_HISTORY: History = { done: [], undone: [] };

export const record = (history: History, change: AnnotationChange): History => ({
  done: [...history.done, change].slice(-LIMIT),
  undone: [],
});

/** Moves the last step to the undone stack. `step` is the change that redoes it, if that differs by now. */
export const stepBack = ({ done, undone }: History, step = done.at(-1)!): History => ({
  done: done.slice(0, -1),
  undone: [...undone, step],
});

/** Moves the last undone step back to the done stack, as `step`. */
export const stepForward = ({ done, undone }: History, step = undone.at(-1)!): History => ({
  done: [...done, step],
  undone: undone.slice(0, -1),
});

/**
 * Rebuilds the history from a journal. An undone step is kept as it was first made, not as the inverse that the journal
 * holds; a step that is no longer remembered (see LIMIT) counts as new work.
 */
export function replay(
  entries: Iterable<{ readonly change: AnnotationChange; readonly step: Step }>,
): History {
  let history = EMPTY_HISTORY;
  for (const { change, step } of entries) {
    if (step === 'undo' && history.done.length > 0) history = stepBack(history);
    else if (step === 'redo' && history.undone.length > 0) history = stepForward(history);
    else history = record(history, step === 'undo' ? invertAnnotation(change) : change);
  }
  return history;
}
