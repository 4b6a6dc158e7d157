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
  /** Hidden regions are neither drawn nor hit, but still belong to the document. */
  get hidden(): ReadonlySet<RegionId> {
    return this.#document.store.hidden;
  }

  select(ids: Iterable<RegionId>): void {
    this.#document.choose(() => this.set(ids));
  }

  /** Selects all visible regions. */
  selectAll(): void {
    this.#document.choose(() => this.set(this.#document.store.visibleIds));
  }

  /** Selects the region `by` places after the selected one; the list wraps around. */
  selectNext(by = 1): void {
    this.#document.choose(() => {
      const ids = this.#document.store.visibleIds;
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

  /** Hides the selected regions, or shows them if all are hidden. */
  toggleHidden(): void {
    const { store } = this.#document;
    this.#document.choose(() =>
      store.setHidden(this.#ids, ![...this.#ids].every((id) => store.hidden.has(id))),
    );
  }

  /** Hides all regions, or shows them if all are hidden. */
  toggleAllHidden(): void {
    const { store } = this.#document;
    this.#document.choose(() => store.setHidden(store.regions.keys(), store.visibleIds.length > 0));
  }

  /** Selects at once, from inside a running step. */
  set(ids: Iterable<RegionId>): void {
    this.#ids = new Set([...ids].filter((id) => this.#document.regions.has(id)));
    if (this.#ids.size !== 1 || !this.#ids.has(this.#preferred!)) this.#preferred = null;
  }

  /** See EditorContext.prefer. */
  prefer(id: RegionId): void {
    this.#preferred = id;
    this.set([id]);
  }

  /** Deselects regions that no longer exist. */
  forgetGone(): void {
    this.set(this.#ids);
    if (this.#hover !== null && !this.#document.regions.has(this.#hover)) this.#hover = null;
  }
}
