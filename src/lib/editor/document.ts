import {
  apply,
  changeOfChoices,
  changeOfRegions,
  choiceDifference,
  invert,
  invertAnnotation,
  isNoChange,
  NO_CHOICES,
  NO_REGION_CHANGE,
  rebase,
  rebaseChoiceStep,
  rebaseStep,
  rebaseAnnotationStep,
  type AnnotationChange,
  type Answer,
  type Choices,
  type RegionChange,
} from '$lib/domain/change';
import { EMPTY_HISTORY, record, stepBack, stepForward, type History, type Step } from '$lib/domain/history';
import type { Size } from '$lib/domain/geometry';
import type { QuestionId, RegionId } from '$lib/domain/ids';
import { resolveMap, type ResolveLabel } from '$lib/domain/label-resolution';
import { isSamePlace, operationsOf, type Region } from '$lib/domain/region';
import { withOrigins } from './changed-origin';
import { difference } from './difference';
import { Listeners } from './listeners';
import { RegionStore } from './region-store';
import { WriteBarrier } from './write-barrier';

export interface DocumentInput {
  readonly regions: ReadonlyMap<RegionId, Region>;
  /** Answers about the whole picture; absent: none. */
  readonly choices?: Choices;
  readonly imageSize: Size;
  /** Resolves when the change is on disk. `step` says whether the change is new work, an undo or a redo. */
  readonly write: (change: AnnotationChange, step: Step) => Promise<void>;
  /** Undo and redo steps of work that was not submitted yet. */
  readonly history?: History;
}

/** Callbacks through which a document reaches the rest of the editor. */
export interface DocumentHooks {
  /** Called before a command and after a failed write: the current gesture is thrown away. */
  cancelGesture(): void;
  /** Called before new work is committed. */
  beforeCommit(): void;
  /** Called before a change from elsewhere is applied, while the regions are still the old ones. */
  beforeReceive(change: RegionChange): void;
  /** Called after a change that may have deleted regions. */
  regionsChanged(): void;
}

/** The origin of a change that was not made in this editor. */
export type ChangeOrigin =
  /** Another tab or a bulk edit wrote to the same journal, which now has this history. */
  | { readonly from: 'journal'; readonly history: History }
  /** The change belongs to somebody with an undo history of their own; the history here stays as it is. */
  | { readonly from: 'others' };

/**
 * The regions and answers of one open picture, their undo history, and the writing of changes to disk. Everything the person does
 * passes the write barrier, see [Note: Write barrier]; changes from elsewhere do not, see [Note: Received changes].
 */
export class EditorDocument {
  readonly imageSize: Size;
  /** Finds regions by id and by place. Only the document adds, changes and deletes regions in it. */
  readonly store: RegionStore;
  readonly #write: DocumentInput['write'];
  readonly #hooks: DocumentHooks;
  readonly #listeners = new Listeners();
  readonly #savingListeners = new Listeners();
  readonly #barrier = new WriteBarrier(
    () => this.notify(),
    () => this.#savingListeners.notify(),
  );
  #history: History;
  #choices: Choices;
  #resolve: ResolveLabel = (id) => id ?? null;
  #isReadOnly = false;
  #isHeld = false;

  constructor(input: DocumentInput, hooks: DocumentHooks) {
    const { regions, choices = NO_CHOICES, imageSize, write, history = EMPTY_HISTORY } = input;
    this.imageSize = imageSize;
    this.store = new RegionStore(regions, imageSize);
    this.#write = write;
    this.#history = history;
    this.#choices = choices;
    this.#hooks = hooks;
  }

  /** Calls `listener` after every change, see [Note: Write barrier]. Returns an unsubscribe function. */
  get subscribe(): Listeners['subscribe'] {
    return this.#listeners.subscribe;
  }
  /** Calls `listener` at once whenever `isSaving` may have changed. Returns an unsubscribe function. */
  get subscribeSaving(): Listeners['subscribe'] {
    return this.#savingListeners.subscribe;
  }

  get regions(): ReadonlyMap<RegionId, Region> {
    return this.store.regions;
  }
  get choices(): Choices {
    return this.#choices;
  }
  get history(): History {
    return this.#history;
  }
  get lastStep(): AnnotationChange | undefined {
    return this.#history.done.at(-1);
  }
  get isReadOnly(): boolean {
    return this.#isReadOnly;
  }
  get isSaving(): boolean {
    return this.#barrier.isWriting && !this.#isHeld;
  }
  /** Why the last write failed; null while all is well. */
  get failure(): unknown {
    return this.#barrier.failure;
  }

  /** Resolves when no step waits and everything is on disk. */
  settled(): Promise<void> {
    return this.#barrier.settled();
  }

  /** Delays all edits and choices until `until` settles, while it is not known yet whether the task may be edited. */
  hold(until: Promise<void>): void {
    this.#isHeld = true;
    const released = until.finally(() => {
      this.#isHeld = false;
    });
    this.#barrier.wait(released, () => undefined);
  }

  /** Accepts edits again after a failed write. */
  retry(): void {
    this.#barrier.retry();
    this.notify();
  }

  setReadOnly(isReadOnly: boolean): void {
    this.#hooks.cancelGesture();
    this.#isReadOnly = isReadOnly;
    this.notify();
  }

  /** Sets how label ids resolve (deleted ones to their replacements) in what is drawn, pasted, accepted or redone. */
  setLabels(resolve: ResolveLabel): void {
    this.#resolve = resolve;
  }

  /** Runs a choice (tool, label, selection) in order with the edits. */
  choose(step: () => void): void {
    this.#barrier.choose(() => {
      step();
      this.notify();
    });
  }

  /** Runs a step that may change regions. */
  edit(step: () => void): void {
    this.#barrier.edit(() => {
      step();
      this.notify();
    });
  }

  /** Runs an edit after cancelling the current gesture, because the edit may delete the gesture's regions. */
  command(step: () => void): void {
    this.edit(() => {
      if (this.#isReadOnly) return;
      this.#hooks.cancelGesture();
      step();
    });
  }

  /** Commits a change of regions as a new undo step, and writes it. */
  commit(change: RegionChange): void {
    this.#commit(changeOfRegions(rebase(withOrigins(change), this.regions, this.imageSize)));
  }

  /**
   * Answers a question about the whole picture as one undo step; null takes the answer away. Nothing is written where
   * the answer stays the same.
   */
  answer(question: QuestionId, answer: Answer | null): void {
    const after = new Map(this.#choices);
    if (answer === null) after.delete(question);
    else after.set(question, answer);
    const change = choiceDifference(this.#choices, after);
    if (!isNoChange(change)) this.#commit(changeOfChoices(change));
  }

  #commit(made: AnnotationChange): void {
    if (this.#isReadOnly) return;
    this.#hooks.beforeCommit();
    this.#apply(made, 'do', record(this.#history, made));
  }

  /** Replaces or deletes regions (`next` returns null) in one step. A region that would lie outside is moved inside. */
  replace(before: readonly Region[], next: (region: Region) => Region | null): void {
    const after = before.flatMap((region) => {
      const made = next(region);
      if (!made) return [];
      // A new label or note must not move an imported region that lies partly outside the picture.
      return [isSamePlace(made, region) ? made : operationsOf(made).clampToImage(made, this.imageSize)];
    });
    this.commitDifference(before, after);
  }

  /** Commits the difference between two sets of regions, if there is one. */
  commitDifference(before: Iterable<Region>, after: Iterable<Region>): void {
    const change = difference(before, after);
    if (change) this.commit(change);
  }

  /** Undoes the last step, rebased on the current regions. */
  undo(): void {
    const step = this.lastStep;
    if (!step) return;
    const back = invertAnnotation(step);
    const made = rebaseAnnotationStep(back, this, this.imageSize);
    this.#apply(made, 'undo', stepBack(this.#history, made === back ? step : invertAnnotation(made)));
  }

  /** Redoes the last undone step, rebased on the current regions. */
  redo(): void {
    const step = this.#history.undone.at(-1);
    if (!step) return;
    const made = rebaseAnnotationStep(step, this, this.imageSize);
    this.#apply(made, 'redo', stepForward(this.#history, made));
  }

  /** Delays what the person does until a write that changes no regions has settled. */
  waitFor(write: Promise<void>, rollBack: () => void): void {
    this.#barrier.wait(write, rollBack);
  }

  /**
   * [Note: Received changes]
   * Takes in a change that was made elsewhere; nothing is written. It does not wait at the write barrier: steps that
   * wait there are played on the regions as they then are. Of each region only what the change is about becomes
   * other, so a change of ours that is just being written, or a gesture under way, keeps its part. A region that a
   * gesture holds and that is deleted elsewhere is gone from the regions, and comes back when the gesture is
   * committed, because a person has worked on it; a cancelled gesture leaves it deleted. Undo and redo take of their
   * step only what the step changed, and never bring back what was deleted elsewhere.
   */
  receive(change: AnnotationChange, origin: ChangeOrigin): void {
    const received = rebase(change.regions, this.regions, this.imageSize);
    this.#hooks.beforeReceive(received);
    if (!isNoChange(received)) this.store.change(received);
    this.#choices = apply(this.#choices, change.choices);
    if (origin.from === 'journal') this.#history = origin.history;
    this.#hooks.regionsChanged();
    this.notify();
  }

  /** Takes in the complete regions and answers as they are elsewhere. See [Note: Received changes]. */
  receiveAll({ regions, choices }: Pick<EditorDocument, 'regions' | 'choices'>, origin: ChangeOrigin): void {
    const change = difference(this.regions.values(), regions.values()) ?? NO_REGION_CHANGE;
    this.receive({ regions: change, choices: choiceDifference(this.#choices, choices) }, origin);
  }

  /** Notifies listeners, unless a write has just begun. See [Note: Write barrier]. */
  notify(): void {
    if (!this.#barrier.isBrief) this.notifyNow();
  }

  notifyNow(): void {
    this.#listeners.notify();
    this.#savingListeners.notify();
  }

  #apply(made: AnnotationChange, step: Step, history: History): void {
    const { before, after } = made.regions;
    const change = { regions: { before, after: resolveMap(after, this.#resolve) }, choices: made.choices };
    const previous = { regions: this.regions, history: this.#history };
    this.store.change(change.regions);
    this.#choices = apply(this.#choices, change.choices);
    const { regions } = this;
    this.#hooks.regionsChanged();
    this.#history = history;
    this.#barrier.wait(this.#write(change, step), () => {
      this.#hooks.cancelGesture();
      if (this.regions === regions) this.store.replace(previous.regions);
      // A change from elsewhere was received during the write; it stays.
      else this.store.change(rebaseStep(invert(change.regions), this.regions, this.imageSize));
      this.#choices = apply(this.#choices, rebaseChoiceStep(invert(change.choices), this.#choices));
      if (this.#history === history) this.#history = previous.history;
      this.#hooks.regionsChanged();
    });
  }
}
