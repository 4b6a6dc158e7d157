import type { ImagePoint, RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import type { EditorDocument } from './document';
import type { RejectedMemory } from './rejected-set';
import { SuggestionSet } from './suggestion-set';

/** What a model suggests for the open picture, to be accepted or rejected: no part of the regions. */
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

  /** Those that nobody has accepted or rejected yet. */
  get open(): readonly Region[] {
    return this.#set.open(this.#document.regions);
  }
  /** The suggestion that is accepted or rejected next. */
  get focused(): Region | null {
    return this.#document.isReadOnly ? null : this.#set.focused(this.#document.regions);
  }
  /** Number of suggestions that the person has rejected. */
  get rejectedCount(): number {
    return this.#set.rejected.ids.size;
  }
  /** The last thing the person did was to reject suggestions. */
  get canUndo(): boolean {
    return this.#set.rejected.canStepBack(this.#document.lastStep);
  }
  get canRedo(): boolean {
    return this.#set.rejected.canStepForward(this.#document.lastStep);
  }

  /** `memory`: where the rejected ones of them are kept; null: nowhere. */
  set(suggestions: readonly Region[], memory: RejectedMemory | null = null): void {
    this.#set.replace(suggestions);
    this.#set.rejected.remember(memory);
    this.#document.notify();
  }

  focus(id: RegionId): void {
    this.#set.focus(id);
    this.#document.notify();
  }

  /** Focuses the suggestion some places after the one in focus, round the list. */
  focusNext(by = 1): void {
    const { open, focused } = this;
    const at = open.findIndex(({ id }) => id === focused?.id);
    const next = open[(at + by + open.length) % open.length];
    if (next) this.focus(next.id);
  }

  /** Makes regions of suggestions, in one step. */
  accept(ids: ReadonlySet<RegionId>): void {
    this.#document.command(() => {
      const { open } = this;
      this.#focusAfter(ids);
      this.#add(open.filter(({ id }) => ids.has(id)).map((region) => this.take(region)));
    });
  }

  /** Puts suggestions away for good, until Undo. */
  reject(ids: ReadonlySet<RegionId>): void {
    this.#document.command(() => {
      if (!this.open.some(({ id }) => ids.has(id))) return;
      this.#focusAfter(ids);
      this.#keep((rejected) => rejected.reject([...ids], this.#document.lastStep));
    });
  }

  bringBackRejected(): void {
    this.#document.command(() => this.#keep((rejected) => rejected.clear()));
  }

  undo(): void {
    this.#keep((rejected) => rejected.stepBack());
  }

  redo(): void {
    this.#keep((rejected) => rejected.stepForward());
  }

  /** New work was done: a rejection that was undone cannot be redone. */
  forgetUndone(): void {
    this.#set.rejected.forgetUndone();
  }

  /** A region with an id of its own, made of a suggestion. */
  take(suggestion: Region): Region {
    return this.#set.take(suggestion, this.#newRegionId());
  }

  /** The smallest suggestion under a point. `margin` in image pixels. */
  at(at: ImagePoint, margin: number): Region | null {
    return this.#document.isReadOnly ? null : this.#set.at(at, margin, this.#document.regions);
  }

  /** Focuses the first suggestion after the last of some. */
  #focusAfter(ids: ReadonlySet<RegionId>): void {
    const { open } = this;
    const last = open.findLastIndex(({ id }) => ids.has(id));
    this.#set.focus(open[last + 1]?.id ?? null);
  }

  #keep(change: (rejected: SuggestionSet['rejected']) => void): void {
    const { rejected } = this.#set;
    const { write, rollBack } = rejected.kept(() => change(rejected));
    this.#document.waitFor(write, rollBack);
  }
}
