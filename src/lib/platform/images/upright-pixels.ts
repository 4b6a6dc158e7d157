import type { Pixels } from '$lib/detectors/detector';
import type { Size } from '$lib/domain/geometry';
import type { PicturePage } from '$lib/services/ports/pictures';
import { decode } from './decode';
import { decodePage } from './tiff/decode-page';

/** `size`: of the whole picture, where the pixels are those of a working copy. See [Note: Working copy]. */
export interface UprightPixels {
  readonly pixels: Pixels;
  readonly size: Size;
}

/** The pixels of an upright picture as they stand in the file: no colours adjusted, nothing multiplied. */
export async function uprightPixels({ file, page }: PicturePage): Promise<UprightPixels> {
  const { image, size } =
    (await decode(file, null, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' })) ??
    (await decodePage(file, page, null));
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.drawImage(image, 0, 0);
  image.close();
  return { pixels: { width, height, rgba: context.getImageData(0, 0, width, height).data }, size };
}
