import type { Rect, Size } from './geometry';

/**
 * Converts a rectangle in pixels of the stored picture to pixels of the upright picture. `orientation` is the EXIF
 * orientation, 1 to 8; `stored` is the size of the stored picture.
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

/** The orientations 2, 4, 5 and 7 mirror the picture, and with it the direction of a box's rotation. */
const MIRRORED: ReadonlySet<number> = new Set([2, 4, 5, 7]);

/** Does the same for a box that is rotated clockwise by `rotation` degrees. */
export const uprightBox = <Box extends Rect & { readonly rotation: number }>(
  box: Box,
  orientation: number,
  stored: Size,
): Box => ({
  ...box,
  ...uprightRect(box, orientation, stored),
  rotation: MIRRORED.has(orientation) ? (360 - box.rotation) % 360 : box.rotation,
});
