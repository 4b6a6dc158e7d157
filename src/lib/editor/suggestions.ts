import type { ImagePoint, RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import type { EditorDocument } from './document';
import type { RejectedStorage } from './rejected-set';
import { SuggestionSet } from './suggestion-set';

/**
 * Suggestions of a model for the open picture, which the person accepts or rejects. They are not part of the regions.
 */
export class Suggestions {
  readonly #document: EditorDocument;
  readonly #newRegionId: () => RegionId;
  readonly #add: (regions: readonly Region[]) => void;
  readonly #set = new SuggestionSet();

  /** `add` commits new regions and selects them. */
  constructor(
    document: EditorDocument,
    newRegionId: () => RegionId,
    add: (regions: readonly Region[]) => void,
  ) {
    this.#document = document;
    this.#newRegionId = newRegionId;
    this.#add = add;
  }

  /** Suggestions that are neither accepted nor rejected. */
  get open(): readonly Region[] {
    return this.#set.open(this.#document.regions);
  }
  /** The suggestion that Accept and Reject apply to. */
  get focused(): Region | null {
    return this.#document.isReadOnly ? null : this.#set.focused(this.#document.regions);
  }
  /** Number of suggestions that the person has rejected. */
  get rejectedCount(): number {
    return this.#set.rejected.ids.size;
  }
  /** True if the person's last step was a rejection. */
  get canUndo(): boolean {
    return this.#set.rejected.canStepBack(this.#document.lastStep);
  }
  get canRedo(): boolean {
    return this.#set.rejected.canStepForward(this.#document.lastStep);
  }

  /** `storage` stores the rejected ids; without it they are not stored. */
  set(suggestions: readonly Region[], storage: RejectedStorage | null = null): void {
    this.#set.replace(suggestions);
    this.#set.rejected.load(storage);
    this.#document.notify();
  }

  focus(id: RegionId): void {
    this.#set.focus(id);
    this.#document.notify();
  }

  /** Moves the focus by some places; the list wraps around. */
  focusNext(by = 1): void {
    const { open, focused } = this;
    const at = open.findIndex(({ id }) => id === focused?.id);
    const next = open[(at + by + open.length) % open.length];
    if (next) this.focus(next.id);
  }

  /** Makes regions of suggestions, in one undo step. */
  accept(ids: ReadonlySet<RegionId>): void {
    this.#document.command(() => {
      const { open } = this;
      this.#focusAfter(ids);
      this.#add(open.filter(({ id }) => ids.has(id)).map((region) => this.makeRegion(region)));
    });
  }

  /** Hides suggestions until Undo or `bringBackRejected`. */
  reject(ids: ReadonlySet<RegionId>): void {
    this.#document.command(() => {
      if (!this.open.some(({ id }) => ids.has(id))) return;
      this.#focusAfter(ids);
      this.#saveRejected((rejected) => rejected.reject([...ids], this.#document.lastStep));
    });
  }

  bringBackRejected(): void {
    this.#document.command(() => this.#saveRejected((rejected) => rejected.clear()));
  }

  undo(): void {
    this.#saveRejected((rejected) => rejected.stepBack());
  }

  redo(): void {
    this.#saveRejected((rejected) => rejected.stepForward());
  }

  /** Drops undone rejections, because new work was done. */
  forgetUndone(): void {
    this.#set.rejected.forgetUndone();
  }

  /** Makes a region with a new id from a suggestion. */
  makeRegion(suggestion: Region): Region {
    return this.#set.makeRegion(suggestion, this.#newRegionId());
  }

  /** The smallest suggestion under a point. `margin` in image pixels. */
  at(at: ImagePoint, margin: number): Region | null {
    return this.#document.isReadOnly ? null : this.#set.at(at, margin, this.#document.regions);
  }

  /** Moves the focus to the suggestion after the last of the given ones. */
  #focusAfter(ids: ReadonlySet<RegionId>): void {
    const { open } = this;
    const last = open.findLastIndex(({ id }) => ids.has(id));
    this.#set.focus(open[last + 1]?.id ?? null);
  }

  #saveRejected(change: (rejected: SuggestionSet['rejected']) => void): void {
    const { rejected } = this.#set;
    const { write, rollBack } = rejected.save(() => change(rejected));
    this.#document.waitFor(write, rollBack);
  }
}
