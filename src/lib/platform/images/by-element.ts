import type { Size } from '$lib/domain/geometry';
import type { Decoded } from './decode';
import { headOf } from './picture-head';
import { workingSize } from './working-copy';

/**
 * [Note: Half a PNG]
 * Of a damaged PNG the document shows what it could decode, which may be nothing, and transparent pixels for the
 * rest. Rows are decoded from the top, so what broke off has a last stored row without any pixel. Such a picture
 * is refused: it would be labelled as it is not.
 */

/**
 * The page's own decoder, for PNG files whose checksums are wrong: it shows what `createImageBitmap` refuses.
 * It lives in the document, so this cannot be done in a worker. Null: it does not show it either, or not whole.
 * See [Note: Half a PNG].
 */
export async function decodeByElement(file: File, longest: number | null): Promise<Decoded | null> {
  const url = URL.createObjectURL(file);
  try {
    const element = new Image();
    element.src = url;
    await element.decode();
    const size = { width: element.naturalWidth, height: element.naturalHeight };
    const target = workingSize(size, longest ?? undefined);
    // Drawn: `createImageBitmap` refuses the element as it refuses the file.
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

/** Longer edges are drawn shorter: it takes one pixel to see that a row is there. */
const EDGE_PIXELS = 4096;

/** Whether the row that was stored last has no pixel; by the orientation it lies at another edge. */
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

/** Orientations that show the last stored row at the top or at the left. */
const LAST_ROW_FIRST: ReadonlySet<number> = new Set([3, 4, 6, 7]);
