import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';

/** The size of an upright picture, by decoding it. */
export async function measure(file: Blob): Promise<Size> {
  let image: ImageBitmap;
  try {
    image = await createImageBitmap(file);
  } catch (error) {
    throw new AppError(
      'picture-undecodable',
      { path: file instanceof File ? file.name : '' },
      { cause: error },
    );
  }
  const { width, height } = image;
  image.close();
  return { width, height };
}
