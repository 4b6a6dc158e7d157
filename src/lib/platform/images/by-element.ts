import type { Decoded } from './decode';
import { workingSize } from './working-copy';

/**
 * The page's own decoder, for PNG files whose checksums are wrong: it shows what `createImageBitmap` refuses.
 * It lives in the document, so this cannot be done in a worker. Null: it does not show it either.
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
    return { image: canvas.transferToImageBitmap(), size };
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(url);
  }
}
