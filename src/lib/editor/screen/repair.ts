import type { Rect } from '$lib/domain/geometry';
import { operationsOf, type Region } from '$lib/domain/region';
import type { ByColor } from '../scene';
import { shownRect, type Viewport } from '../viewport';

/**
 * [Note: Repair]
 * A gesture changes one region of thousands. So only dirty rectangles of the resting layer are redrawn: where a region
 * was and where it is now, the layer is cleared and the regions there are drawn again; all other pixels stay. With
 * more than MOST changed regions that would take longer than redrawing the whole layer.
 */
const MOST = 40;
/** Distance that outlines and dots extend beyond a region's bounds, in CSS pixels. */
const MARGIN = 8;

/** Regions that are in only one of two drawings; null if there are more than a repair should draw. */
export function changedBetween(
  before: ReadonlySet<Region>,
  after: ReadonlySet<Region>,
): readonly Region[] | null {
  if (Math.abs(after.size - before.size) > MOST) return null;
  const changed: Region[] = [];
  for (const [some, others] of [
    [before, after],
    [after, before],
  ] as const)
    for (const region of some) {
      if (others.has(region)) continue;
      changed.push(region);
      if (changed.length > MOST) return null;
    }
  return changed;
}

/** Rectangles that the regions cover on the canvas, in CSS pixels, extended to whole device pixels. */
export function placesOf(regions: readonly Region[], view: Viewport, pixelRatio: number): readonly Rect[] {
  const down = (value: number) => Math.floor(value * pixelRatio) / pixelRatio;
  const up = (value: number) => Math.ceil(value * pixelRatio) / pixelRatio;
  return regions.map((region) => {
    const { x, y, width, height } = shownRect(view, operationsOf(region).bounds(region));
    const [left, top] = [down(x - MARGIN), down(y - MARGIN)];
    return { x: left, y: top, width: up(x + width + MARGIN) - left, height: up(y + height + MARGIN) - top };
  });
}

/** Those of the regions that touch one of the rectangles. */
export function touching(regions: ByColor, places: readonly Rect[], view: Viewport): ByColor {
  const touches = (region: Region): boolean => {
    const { x, y, width, height } = shownRect(view, operationsOf(region).bounds(region));
    return places.some(
      (place) =>
        x - MARGIN <= place.x + place.width &&
        y - MARGIN <= place.y + place.height &&
        x + width + MARGIN >= place.x &&
        y + height + MARGIN >= place.y,
    );
  };
  return new Map([...regions].map(([color, same]) => [color, same.filter(touches)]));
}

/** Clears the rectangles, and clips `draw` to them. */
export function repair(context: CanvasRenderingContext2D, places: readonly Rect[], draw: () => void): void {
  context.save();
  context.beginPath();
  for (const { x, y, width, height } of places) {
    context.clearRect(x, y, width, height);
    context.rect(x, y, width, height);
  }
  context.clip();
  draw();
  context.restore();
}
