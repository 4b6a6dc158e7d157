import type { ImagePoint, RegionId } from '$lib/domain/ids';
import { operationsOf, type Region } from '$lib/domain/region';
import { RejectedSet } from './rejected-set';

/**
 * What a model suggests for the open picture: shown beside the regions, and no part of the work. One that was
 * taken over is away for as long as the region made of it is there, so that Undo brings it back.
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

  /** Those that are neither taken over nor rejected. */
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

  /** The one that Accept and Reject are about: the chosen one, else the first. */
  focused(regions: ReadonlyMap<RegionId, Region>): Region | null {
    const open = this.open(regions);
    return open.find(({ id }) => id === this.#focus) ?? open[0] ?? null;
  }

  focus(id: RegionId | null): void {
    this.#focus = id;
  }

  /** A region with an id of its own, made of a suggestion. */
  take(suggestion: Region, id: RegionId): Region {
    this.#madeOf.set(suggestion.id, id);
    this.#open = null;
    return { ...suggestion, id };
  }

  /** The smallest one under a point. */
  at(at: ImagePoint, margin: number, regions: ReadonlyMap<RegionId, Region>): Region | null {
    const under = this.open(regions).filter((region) => operationsOf(region).contains(region, at, margin));
    const size = (region: Region): number => operationsOf(region).area(region);
    return under.toSorted((a, b) => size(a) - size(b))[0] ?? null;
  }
}
