import { AppError } from '$lib/domain/errors';
import { bytesOf } from './bytes';
import { decode } from './decode';
import { kindOf } from './picture-kind';
import { decodePage } from './tiff/decode-page';

/** The quality of a JPEG or WebP that is encoded again: it loses less than the camera has lost. */
const QUALITY = 0.95;

/** A page as a file of its own, with upright pixels in full size and without an orientation tag. */
export async function uprightCopy(file: File, page: number): Promise<File> {
  const { image, size } = (await decode(file, null)) ?? (await decodePage(file, page, null));
  const { width, height } = image;
  // The boxes are in full-size pixels, so they would not fit a smaller working copy.
  if (width !== size.width || height !== size.height) {
    image.close();
    throw new AppError('picture-too-large', { path: file.name });
  }
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')!.drawImage(image, 0, 0);
  image.close();
  const kind = kindOf((await bytesOf(file)).head);
  const type = kind === 'jpeg' || kind === 'webp' ? `image/${kind}` : 'image/png';
  const copy = await canvas.convertToBlob({ type, quality: QUALITY });
  return new File([copy], file.name, { type, lastModified: file.lastModified });
}
