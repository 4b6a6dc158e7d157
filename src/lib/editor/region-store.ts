import { apply, type RegionChange } from '$lib/domain/change';
import type { Rect, Size } from '$lib/domain/geometry';
import type { ImagePoint, RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import { RegionGrid } from './region-grid';

/** The regions of one picture: by id, by place, and which of them are hidden. */
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
  /** Number of regions without a label. */
  get unlabelledCount(): number {
    if (this.#unlabelled?.regions !== this.#regions) {
      let count = 0;
      for (const { labelId } of this.#regions.values()) count += labelId === null ? 1 : 0;
      this.#unlabelled = { regions: this.#regions, count };
    }
    return this.#unlabelled.count;
  }

  /** The regions with these ids, in the order of the ids; unknown ids are skipped. */
  withIds(ids: Iterable<RegionId>): readonly Region[] {
    return [...ids].flatMap((id) => this.#regions.get(id) ?? []);
  }

  /** Those of the regions that a pointer can change: visible and not locked. */
  editable(ids: Iterable<RegionId>): readonly Region[] {
    return this.withIds(ids).filter(({ id, isLocked }) => !isLocked && !this.#hidden.has(id));
  }

  get visibleIds(): readonly RegionId[] {
    return [...this.#regions.keys()].filter((id) => !this.#hidden.has(id));
  }

  /** Visible regions under a point, smallest first. `margin` is in image pixels. */
  at(point: ImagePoint, margin: number): readonly Region[] {
    return this.#found.at(point, margin).filter(({ id }) => !this.#hidden.has(id));
  }

  /** Builds the grid ahead of the first call of `at` or `within`. */
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
