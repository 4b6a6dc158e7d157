import type { Rect, Size } from '$lib/domain/geometry';
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

/** Finds regions by place: a grid over the picture, made anew when the regions change. */
export class RegionGrid {
  readonly #cells = new Map<number, Region[]>();
  readonly #size: Size;

  constructor(regions: Iterable<Region>, size: Size) {
    this.#size = size;
    for (const region of regions)
      for (const cell of this.#cellsOf(GEOMETRY[region.kind].bounds(region))) this.#put(cell, region);
  }

  /** Smallest first: a box inside a box can always be had. `margin` in image pixels. */
  at(point: ImagePoint, margin: number): readonly Region[] {
    const around = { x: point[0] - margin, y: point[1] - margin, width: 2 * margin, height: 2 * margin };
    const found = new Set<Region>();
    for (const cell of this.#cellsOf(around)) {
      for (const region of this.#cells.get(cell) ?? [])
        if (GEOMETRY[region.kind].hit(region, point, margin)) found.add(region);
    }
    return [...found].sort((a, b) => GEOMETRY[a.kind].area(a) - GEOMETRY[b.kind].area(b));
  }

  *#cellsOf({ x, y, width, height }: Rect): Iterable<number> {
    const column = (value: number) =>
      Math.min(CELLS - 1, Math.max(0, Math.floor((value / this.#size.width) * CELLS)));
    const row = (value: number) =>
      Math.min(CELLS - 1, Math.max(0, Math.floor((value / this.#size.height) * CELLS)));
    for (let r = row(y); r <= row(y + height); r += 1) {
      for (let c = column(x); c <= column(x + width); c += 1) yield r * CELLS + c;
    }
  }

  #put(cell: number, region: Region): void {
    const there = this.#cells.get(cell);
    if (there) there.push(region);
    else this.#cells.set(cell, [region]);
  }
}

/** The nearest handle of a box within `reach` image pixels of a point. */
export function handleAt(box: Rect, point: ImagePoint, reach: number): BoxHandle | null {
  let best: BoxHandle | null = null;
  let nearest = reach;
  for (const handle of BOX_HANDLES) {
    const [x, y] = handlePoint(box, handle);
    const distance = Math.max(Math.abs(point[0] - x), Math.abs(point[1] - y));
    if (distance <= nearest && (best === null || distance < nearest)) [best, nearest] = [handle, distance];
  }
  return best;
}
