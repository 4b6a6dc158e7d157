import type { Pixels } from '$lib/detectors/detector';
import { uprightImage } from './upright-image';

/** The pixels of an upright picture as they stand in the file: no colours adjusted, nothing multiplied. */
export async function uprightPixels(file: Blob): Promise<Pixels> {
  const image = await uprightImage(file, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.drawImage(image, 0, 0);
  image.close();
  return { width, height, rgba: context.getImageData(0, 0, width, height).data };
}
