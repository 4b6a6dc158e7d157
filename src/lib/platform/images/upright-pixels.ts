import type { Pixels } from '$lib/detectors/detector';
import { AppError } from '$lib/domain/errors';
import { HEAD_BYTES, problemOf, TAIL_BYTES } from './picture-kind';

/** The pixels of an upright picture as they stand in the file: no colours adjusted, nothing multiplied. */
export async function uprightPixels(file: Blob): Promise<Pixels> {
  const path = file instanceof File ? file.name : '';
  const [head, tail] = await Promise.all([
    file.slice(0, HEAD_BYTES).arrayBuffer(),
    file.slice(Math.max(0, file.size - TAIL_BYTES)).arrayBuffer(),
  ]);
  const problem = problemOf(new Uint8Array(head), new Uint8Array(tail));
  if (problem) throw new AppError(problem, { path });
  let image: ImageBitmap;
  try {
    image = await createImageBitmap(file, {
      imageOrientation: 'from-image',
      premultiplyAlpha: 'none',
      colorSpaceConversion: 'none',
    });
  } catch (error) {
    throw new AppError('picture-undecodable', { path }, { cause: error });
  }
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.drawImage(image, 0, 0);
  image.close();
  return { width, height, rgba: context.getImageData(0, 0, width, height).data };
}
