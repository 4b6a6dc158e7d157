import { clamp, contains, type Rect, type Size } from '$lib/domain/geometry';
import type { ImagePoint, RegionId } from '$lib/domain/ids';
import { GEOMETRY, type Region } from '$lib/domain/region';
import { BOX_HANDLES, handlePoint, type BoxHandle } from '$lib/domain/regions/box';

/** What lies under a point of the picture. */
export type Hit =
  | { readonly on: 'handle'; readonly id: RegionId; readonly handle: BoxHandle }
  | { readonly on: 'region'; readonly id: RegionId }
  | { readonly on: 'nothing' };

/** Cells a side of the grid: 10,000 boxes leave a few dozen candidates a cell. */
const CELLS = 64;
/** A region on more cells than this stands in no cell but is always looked at: filling cells would take longer. */
const MOST_CELLS = 256;
/** Inside a box its handles reach this part of a side at most, so that the middle of a small box still moves it. */
const HANDLE_SHARE = 1 / 3;

/** Finds regions by place: a grid over the picture, made anew when the regions change. */
export class RegionGrid {
  readonly #cells = new Map<number, Region[]>();
  readonly #large: Region[] = [];
  readonly #size: Size;

  constructor(regions: Iterable<Region>, size: Size) {
    this.#size = size;
    for (const region of regions) {
      const span = this.#spanOf(GEOMETRY[region.kind].bounds(region));
      if (span.columns * span.rows > MOST_CELLS) this.#large.push(region);
      else for (const cell of cellsOf(span)) this.#put(cell, region);
    }
  }

  /** Smallest first: a box inside a box can always be had. `margin` in image pixels. */
  at(point: ImagePoint, margin: number): readonly Region[] {
    const around = { x: point[0] - margin, y: point[1] - margin, width: 2 * margin, height: 2 * margin };
    const near = new Set(this.#large);
    for (const cell of cellsOf(this.#spanOf(around)))
      for (const region of this.#cells.get(cell) ?? []) near.add(region);
    const found = [...near].filter((region) => GEOMETRY[region.kind].hit(region, point, margin));
    return found.sort((a, b) => GEOMETRY[a.kind].area(a) - GEOMETRY[b.kind].area(b));
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

  #put(cell: number, region: Region): void {
    const there = this.#cells.get(cell);
    if (there) there.push(region);
    else this.#cells.set(cell, [region]);
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

/** The nearest handle of a box within `reach` image pixels of a point. */
export function handleAt(box: Rect, point: ImagePoint, reach: number): BoxHandle | null {
  const isInside = contains(box, point);
  const reachX = isInside ? Math.min(reach, box.width * HANDLE_SHARE) : reach;
  const reachY = isInside ? Math.min(reach, box.height * HANDLE_SHARE) : reach;
  let best: BoxHandle | null = null;
  let nearest = Infinity;
  for (const handle of BOX_HANDLES) {
    const [x, y] = handlePoint(box, handle);
    const [dx, dy] = [Math.abs(point[0] - x), Math.abs(point[1] - y)];
    const distance = Math.max(dx, dy);
    if (dx <= reachX && dy <= reachY && distance < nearest) [best, nearest] = [handle, distance];
  }
  return best;
}
