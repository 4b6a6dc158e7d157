import type { Size } from '$lib/domain/geometry';
import { turned } from './picture-head';

/** For each orientation 1 to 8, the canvas matrix that turns stored pixels of width w and height h upright. */
const MATRICES: readonly ((w: number, h: number) => DOMMatrix2DInit)[] = [
  () => ({ a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 }),
  (w) => ({ a: -1, b: 0, c: 0, d: 1, e: w, f: 0 }),
  (w, h) => ({ a: -1, b: 0, c: 0, d: -1, e: w, f: h }),
  (_, h) => ({ a: 1, b: 0, c: 0, d: -1, e: 0, f: h }),
  () => ({ a: 0, b: 1, c: 1, d: 0, e: 0, f: 0 }),
  (_, h) => ({ a: 0, b: 1, c: -1, d: 0, e: h, f: 0 }),
  (w, h) => ({ a: 0, b: -1, c: -1, d: 0, e: h, f: w }),
  (w) => ({ a: 0, b: -1, c: 1, d: 0, e: 0, f: w }),
];

/**
 * An upright bitmap from stored pixels. The browser's decoders do this themselves; it is needed for our own
 * decoders.
 */
export async function uprightBitmap(
  rgba: Uint8ClampedArray<ArrayBuffer>,
  { width, height }: Size,
  orientation: number,
): Promise<ImageBitmap> {
  const stored = await createImageBitmap(new ImageData(rgba, width, height));
  return orientation === 1 ? stored : turnBitmap(stored, orientation);
}

export function turnBitmap(stored: ImageBitmap, orientation: number): ImageBitmap {
  const size = turned(stored, orientation);
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d')!;
  context.setTransform(MATRICES[orientation - 1]!(stored.width, stored.height));
  context.drawImage(stored, 0, 0);
  stored.close();
  return canvas.transferToImageBitmap();
}
