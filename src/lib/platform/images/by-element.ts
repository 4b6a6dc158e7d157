import type { Size } from '$lib/domain/geometry';
import type { Decoded } from './decode';
import { headOf } from './picture-head';
import { workingSize } from './working-copy';

/**
 * [Note: Half a PNG]
 * An `img` element shows as much of a damaged PNG as it can decode, which may be nothing, and transparent pixels
 * for the rest. Rows are decoded from the top, so in a truncated file the last stored row has no pixel. Such a
 * picture is refused, because its annotations would be wrong.
 */

/**
 * Decodes a PNG with wrong checksums by an `img` element, which shows files that `createImageBitmap` rejects. It
 * needs the document, so it cannot run in a worker. Null if the element does not show the file either, or not as a
 * whole. See [Note: Half a PNG].
 */
export async function decodeByElement(file: File, longest: number | null): Promise<Decoded | null> {
  const url = URL.createObjectURL(file);
  try {
    const element = new Image();
    element.src = url;
    await element.decode();
    const size = { width: element.naturalWidth, height: element.naturalHeight };
    const target = workingSize(size, longest ?? undefined);
    // It is drawn to a canvas, because `createImageBitmap` rejects the element like the file.
    const canvas = new OffscreenCanvas(target.width, target.height);
    canvas.getContext('2d')!.drawImage(element, 0, 0, target.width, target.height);
    if (isCutOff(element, size, (await headOf(file)).orientations[0] ?? 1)) return null;
    return { image: canvas.transferToImageBitmap(), size };
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** A longer edge is drawn downscaled to this: one opaque pixel suffices to see that the row is there. */
const EDGE_PIXELS = 4096;

/** Whether the last stored row has no opaque pixel; the orientation decides at which edge that row is. */
function isCutOff(element: HTMLImageElement, { width, height }: Size, orientation: number): boolean {
  const isColumn = orientation >= 5;
  const isFirst = LAST_ROW_FIRST.has(orientation);
  const length = Math.min(EDGE_PIXELS, isColumn ? height : width);
  const canvas = new OffscreenCanvas(length, 1);
  const context = canvas.getContext('2d')!;
  if (isColumn) context.setTransform(0, 1, 1, 0, 0, 0);
  const [x, y] = isColumn ? [isFirst ? 0 : width - 1, 0] : [0, isFirst ? 0 : height - 1];
  const [across, down] = isColumn ? [1, height] : [width, 1];
  context.drawImage(element, x, y, across, down, 0, 0, isColumn ? 1 : length, isColumn ? length : 1);
  const { data } = context.getImageData(0, 0, length, 1);
  return data.every((value, at) => at % 4 !== 3 || value === 0);
}

/** Orientations with the last stored row at the top or at the left. */
const LAST_ROW_FIRST: ReadonlySet<number> = new Set([3, 4, 6, 7]);
