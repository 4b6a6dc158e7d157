import { AppError } from '$lib/domain/errors';
import { HEAD_BYTES, problemOf, TAIL_BYTES } from './picture-kind';

/** A decoded picture, upright: the browser's decoders apply the EXIF orientation. Throws what is wrong with the file. */
export async function uprightImage(file: Blob, options: ImageBitmapOptions = {}): Promise<ImageBitmap> {
  const about = file instanceof File ? { path: file.name } : {};
  const [head, tail] = await Promise.all([
    file.slice(0, HEAD_BYTES).bytes(),
    file.slice(Math.max(0, file.size - TAIL_BYTES)).bytes(),
  ]);
  const problem = problemOf(head, tail);
  if (problem) throw new AppError(problem, about);
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image', ...options });
  } catch (error) {
    throw new AppError('picture-undecodable', about, { cause: error });
  }
}
