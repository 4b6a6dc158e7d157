import type { ImagePoint, RegionId } from '$lib/domain/ids';
import { operationsOf, type Region } from '$lib/domain/region';
import { RejectedSet } from './rejected-set';

/**
 * A model's suggestions for the open picture. They are shown beside the regions and are not part of the work. An
 * accepted suggestion is hidden only while the region made from it exists, so that Undo shows it again.
 */
export class SuggestionSet {
  readonly rejected = new RejectedSet();
  #all: readonly Region[] = [];
  readonly #madeOf = new Map<RegionId, RegionId>();
  #focus: RegionId | null = null;
  #open: {
    readonly regions: ReadonlyMap<RegionId, Region>;
    readonly rejected: ReadonlySet<RegionId>;
    readonly list: readonly Region[];
  } | null = null;

  replace(all: readonly Region[]): void {
    this.#all = all;
    this.#open = null;
  }

  /** Suggestions that are neither accepted nor rejected. */
  open(regions: ReadonlyMap<RegionId, Region>): readonly Region[] {
    const rejected = this.rejected.ids;
    if (this.#open?.regions !== regions || this.#open.rejected !== rejected) {
      const list = this.#all.filter(({ id }) => {
        const made = this.#madeOf.get(id);
        return !rejected.has(id) && (made === undefined || !regions.has(made));
      });
      this.#open = { regions, rejected, list };
    }
    return this.#open.list;
  }

  /** The suggestion that Accept and Reject apply to: the one in focus, else the first. */
  focused(regions: ReadonlyMap<RegionId, Region>): Region | null {
    const open = this.open(regions);
    return open.find(({ id }) => id === this.#focus) ?? open[0] ?? null;
  }

  focus(id: RegionId | null): void {
    this.#focus = id;
  }

  /** Makes a region with a new id from a suggestion. */
  makeRegion(suggestion: Region, id: RegionId): Region {
    this.#madeOf.set(suggestion.id, id);
    this.#open = null;
    return { ...suggestion, id };
  }

  /** The smallest suggestion under a point. */
  at(at: ImagePoint, margin: number, regions: ReadonlyMap<RegionId, Region>): Region | null {
    const under = this.open(regions).filter((region) => operationsOf(region).contains(region, at, margin));
    const size = (region: Region): number => operationsOf(region).area(region);
    return under.toSorted((a, b) => size(a) - size(b))[0] ?? null;
  }
}
