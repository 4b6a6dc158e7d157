import type { RegionId } from '$lib/domain/ids';
import type { EditorDocument } from './document';

/** Which regions are selected, hidden and hovered. */
export class Selection {
  readonly #document: EditorDocument;
  #ids: ReadonlySet<RegionId> = new Set();
  #preferred: RegionId | null = null;
  #hover: RegionId | null = null;

  constructor(document: EditorDocument) {
    this.#document = document;
  }

  get ids(): ReadonlySet<RegionId> {
    return this.#ids;
  }
  /** See EditorContext.prefer. */
  get preferred(): RegionId | null {
    return this.#preferred;
  }
  get hover(): RegionId | null {
    return this.#hover;
  }
  /** Regions that are neither drawn nor found under a pointer; they are there all the same. */
  get hidden(): ReadonlySet<RegionId> {
    return this.#document.store.hidden;
  }

  select(ids: Iterable<RegionId>): void {
    this.#document.choose(() => this.set(ids));
  }

  /** Selects all regions that are seen. */
  selectAll(): void {
    this.#document.choose(() => this.set(this.#document.store.seenIds));
  }

  /** Selects the region some places after the selected one, round the list. */
  selectNext(by = 1): void {
    this.#document.choose(() => {
      const ids = this.#document.store.seenIds;
      const last = [...this.#ids].at(-1);
      const at = last === undefined ? (by > 0 ? -1 : 0) : ids.indexOf(last);
      if (ids.length > 0) this.set([ids[(at + by + ids.length) % ids.length]!]);
    });
  }

  setHover(id: RegionId | null): void {
    this.#hover = id;
    this.#document.notify();
  }

  setHidden(ids: Iterable<RegionId>, isHidden: boolean): void {
    this.#document.store.setHidden(ids, isHidden);
    this.#document.notify();
  }

  /** Hides what is selected; once all of it is hidden, shows it again. */
  toggleHidden(): void {
    const { store } = this.#document;
    this.#document.choose(() =>
      store.setHidden(this.#ids, ![...this.#ids].every((id) => store.hidden.has(id))),
    );
  }

  /** Hides every region; once all are hidden, shows them again. */
  toggleAllHidden(): void {
    const { store } = this.#document;
    this.#document.choose(() => store.setHidden(store.regions.keys(), store.seenIds.length > 0));
  }

  /** Selects at once, in the middle of a step. */
  set(ids: Iterable<RegionId>): void {
    this.#ids = new Set([...ids].filter((id) => this.#document.regions.has(id)));
    if (this.#ids.size !== 1 || !this.#ids.has(this.#preferred!)) this.#preferred = null;
  }

  /** See EditorContext.prefer. */
  prefer(id: RegionId): void {
    this.#preferred = id;
    this.set([id]);
  }

  /** Forgets regions that are not there any more. */
  forgetGone(): void {
    this.set(this.#ids);
    if (this.#hover !== null && !this.#document.regions.has(this.#hover)) this.#hover = null;
  }
}
