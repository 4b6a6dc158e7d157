import { apply, type RegionChange } from '$lib/domain/change';
import type { Rect, Size } from '$lib/domain/geometry';
import type { ImagePoint, RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import { RegionGrid } from './region-grid';

/** The regions of one picture, which of them are hidden, and how they are found by place. */
export class RegionStore {
  readonly #size: Size;
  #regions: ReadonlyMap<RegionId, Region>;
  #hidden: ReadonlySet<RegionId> = new Set();
  #grid: RegionGrid | null = null;
  #unlabelled: { readonly regions: ReadonlyMap<RegionId, Region>; readonly count: number } | null = null;

  constructor(regions: ReadonlyMap<RegionId, Region>, size: Size) {
    this.#regions = regions;
    this.#size = size;
  }

  get regions(): ReadonlyMap<RegionId, Region> {
    return this.#regions;
  }
  get hidden(): ReadonlySet<RegionId> {
    return this.#hidden;
  }
  /** Regions that nobody has named yet. */
  get unlabelledCount(): number {
    if (this.#unlabelled?.regions !== this.#regions) {
      let count = 0;
      for (const { labelId } of this.#regions.values()) count += labelId === null ? 1 : 0;
      this.#unlabelled = { regions: this.#regions, count };
    }
    return this.#unlabelled.count;
  }

  /** In their order; what is not there is left out. */
  those(ids: Iterable<RegionId>): readonly Region[] {
    return [...ids].flatMap((id) => this.#regions.get(id) ?? []);
  }

  /** Those that are seen and not locked: what a hand on the picture can change. */
  free(ids: Iterable<RegionId>): readonly Region[] {
    return this.those(ids).filter(({ id, isLocked }) => !isLocked && !this.#hidden.has(id));
  }

  get seenIds(): readonly RegionId[] {
    return [...this.#regions.keys()].filter((id) => !this.#hidden.has(id));
  }

  /** Under a point, smallest first. `margin` in image pixels. */
  at(point: ImagePoint, margin: number): readonly Region[] {
    return this.#found.at(point, margin).filter(({ id }) => !this.#hidden.has(id));
  }

  /** Does what `at` and `within` would do at their first call. */
  prepare(): void {
    this.#grid ??= new RegionGrid(this.#regions.values(), this.#size);
  }

  within(rect: Rect): readonly RegionId[] {
    return this.#found.within(rect).flatMap(({ id }) => (this.#hidden.has(id) ? [] : [id]));
  }

  change(change: RegionChange): void {
    this.#regions = apply(this.#regions, change);
    this.#grid?.update(change);
  }

  replace(regions: ReadonlyMap<RegionId, Region>): void {
    this.#regions = regions;
    this.#grid = null;
  }

  setHidden(ids: Iterable<RegionId>, isHidden: boolean): void {
    const hidden = new Set(this.#hidden);
    for (const id of ids) {
      if (isHidden) hidden.add(id);
      else hidden.delete(id);
    }
    this.#hidden = hidden;
  }

  get #found(): RegionGrid {
    return (this.#grid ??= new RegionGrid(this.#regions.values(), this.#size));
  }
}
