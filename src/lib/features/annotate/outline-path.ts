import type { Pen } from '$lib/domain/geometry';
import { operationsOf, type Region } from '$lib/domain/region';

/** Radius of the circle that represents a point, in image pixels. */
const DOT_RADIUS = 3;

/** The outline of a region in image pixels, as the `d` attribute of an SVG path. */
export function outlinePath(region: Region): string {
  const parts: string[] = [];
  const pen: Pen = {
    rect: ({ x, y, width, height }) => parts.push(`M${x} ${y}h${width}v${height}h${-width}z`),
    polygon: (points) => parts.push(`M${points.map(([x, y]) => `${x} ${y}`).join('L')}z`),
    dot: ([x, y]) =>
      parts.push(
        `M${x - DOT_RADIUS} ${y}` +
          `a${DOT_RADIUS} ${DOT_RADIUS} 0 1 0 ${2 * DOT_RADIUS} 0` +
          `a${DOT_RADIUS} ${DOT_RADIUS} 0 1 0 ${-2 * DOT_RADIUS} 0z`,
      ),
  };
  operationsOf(region).trace(region, pen);
  return parts.join('');
}
