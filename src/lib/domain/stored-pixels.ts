import type { Rect, Size } from './geometry';

/**
 * A rectangle that was measured on a picture as it is stored, in pixels of the upright picture. `orientation`: 1 to 8
 * as EXIF counts it. `stored`: the size as it is stored.
 */
export function uprightRect(
  { x, y, width, height }: Rect,
  orientation: number,
  { width: w, height: h }: Size,
): Rect {
  const [right, bottom] = [w - x - width, h - y - height];
  switch (orientation) {
    case 2:
      return { x: right, y, width, height };
    case 3:
      return { x: right, y: bottom, width, height };
    case 4:
      return { x, y: bottom, width, height };
    case 5:
      return { x: y, y: x, width: height, height: width };
    case 6:
      return { x: bottom, y: x, width: height, height: width };
    case 7:
      return { x: bottom, y: right, width: height, height: width };
    case 8:
      return { x: y, y: right, width: height, height: width };
    default:
      return { x, y, width, height };
  }
}

/** The orientations 2, 4, 5 and 7 mirror the picture, and with it the way that a box is turned. */
const MIRRORED: ReadonlySet<number> = new Set([2, 4, 5, 7]);

/** The same of a box that is turned clockwise by `rotation` degrees. */
export const uprightBox = <Box extends Rect & { readonly rotation: number }>(
  box: Box,
  orientation: number,
  stored: Size,
): Box => ({
  ...box,
  ...uprightRect(box, orientation, stored),
  rotation: MIRRORED.has(orientation) ? (360 - box.rotation) % 360 : box.rotation,
});
