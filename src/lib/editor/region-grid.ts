import type { RegionChange } from '$lib/domain/change';
import { clamp, type Rect, type Size } from '$lib/domain/geometry';
import type { ImagePoint, RegionId } from '$lib/domain/ids';
import { operationsOf, type Region } from '$lib/domain/region';

/** Number of grid cells per side: with 10,000 boxes a cell holds a few dozen candidates. */
const CELLS = 64;
/**
 * A region that covers more cells than this is kept in a separate list that every lookup tests; filling cells would
 * be slower.
 */
const MOST_CELLS = 256;

/** A spatial index of regions: a grid over the picture, updated with every change. */
export class RegionGrid {
  readonly #cells = new Map<number, Region[]>();
  readonly #large = new Map<RegionId, Region>();
  readonly #size: Size;

  constructor(regions: Iterable<Region>, size: Size) {
    this.#size = size;
    for (const region of regions) this.#insert(region);
  }

  update({ before, after }: RegionChange): void {
    for (const region of before.values()) this.#remove(region);
    for (const region of after.values()) this.#insert(region);
  }

  /** Regions under a point, smallest first, so that a box inside a box can be selected. `margin` is in image pixels. */
  at(point: ImagePoint, margin: number): readonly Region[] {
    const around = { x: point[0] - margin, y: point[1] - margin, width: 2 * margin, height: 2 * margin };
    const found = [...this.#near(around)].filter((region) =>
      operationsOf(region).contains(region, point, margin),
    );
    return found.sort((a, b) => operationsOf(a).area(a) - operationsOf(b).area(b));
  }

  /** Regions that lie entirely inside the rectangle. */
  within({ x, y, width, height }: Rect): readonly Region[] {
    return [...this.#near({ x, y, width, height })].filter((region) => {
      const bounds = operationsOf(region).bounds(region);
      return (
        bounds.x >= x &&
        bounds.y >= y &&
        bounds.x + bounds.width <= x + width &&
        bounds.y + bounds.height <= y + height
      );
    });
  }

  #near(rect: Rect): ReadonlySet<Region> {
    const near = new Set(this.#large.values());
    for (const cell of cellsOf(this.#spanOf(rect)))
      for (const region of this.#cells.get(cell) ?? []) near.add(region);
    return near;
  }

  #spanOf({ x, y, width, height }: Rect): Span {
    const cell = (value: number, length: number) => clamp(Math.floor((value / length) * CELLS), 0, CELLS - 1);
    const column = cell(x, this.#size.width);
    const row = cell(y, this.#size.height);
    return {
      column,
      row,
      columns: cell(x + width, this.#size.width) - column + 1,
      rows: cell(y + height, this.#size.height) - row + 1,
    };
  }

  #insert(region: Region): void {
    const span = this.#spanOf(operationsOf(region).bounds(region));
    if (span.columns * span.rows > MOST_CELLS) {
      this.#large.set(region.id, region);
      return;
    }
    for (const cell of cellsOf(span)) {
      const there = this.#cells.get(cell);
      if (there) there.push(region);
      else this.#cells.set(cell, [region]);
    }
  }

  /** Removes by id, because an undone change holds an equal region and not the same object. */
  #remove(region: Region): void {
    this.#large.delete(region.id);
    for (const cell of cellsOf(this.#spanOf(operationsOf(region).bounds(region)))) {
      const there = this.#cells.get(cell);
      const at = there?.findIndex(({ id }) => id === region.id) ?? -1;
      if (at >= 0) there!.splice(at, 1);
    }
  }
}

/** A rectangle of cells. */
interface Span {
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

function* cellsOf({ column, row, columns, rows }: Span): Iterable<number> {
  for (let r = row; r < row + rows; r += 1)
    for (let c = column; c < column + columns; c += 1) yield r * CELLS + c;
}
