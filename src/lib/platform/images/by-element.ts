import { bounded, type Decoded } from './decode';

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
    return bounded(await createImageBitmap(element), longest);
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(url);
  }
}
