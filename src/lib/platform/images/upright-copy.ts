import { AppError } from '$lib/domain/errors';
import { bytesOf } from './bytes';
import { decode } from './decode';
import { kindOf } from './picture-kind';
import { decodePage } from './tiff/decode-page';

/** Of a JPEG or a WebP that is written anew: what it loses is less than what the camera has lost. */
const QUALITY = 0.95;

/** A page as a file of its own, its pixels upright and in full size, without any tag that turns it. */
export async function uprightCopy(file: File, page: number): Promise<File> {
  const { image, size } = (await decode(file, null)) ?? (await decodePage(file, page, null));
  const { width, height } = image;
  // A working copy would not fit the boxes, which are in full-size pixels.
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
