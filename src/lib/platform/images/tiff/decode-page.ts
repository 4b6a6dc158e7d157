import { AppError } from '$lib/domain/errors';
import type { Decoded } from '../decode';
import { headOf, turned } from '../picture-head';
import { turnBitmap, uprightBitmap } from '../upright';
import { shrink, workingSize } from '../working-copy';
import { decodeTiff } from './tiff-decode';
import type { TiffDirectory } from './tiff-directory';

/** A page of a TIFF file, from 1, upright. See [Note: Working copy]. */
export async function decodePage(file: Blob, page: number, longest: number | null): Promise<Decoded> {
  const { directories, problem } = await headOf(file);
  const directory = directories[page - 1];
  // Also a page that a changed file has no more.
  if (problem || !directory) throw new AppError(problem ?? 'picture-undecodable');
  const { orientation } = directory;
  const size = turned(directory, orientation);
  // A small one is made from the whole: picking every hundredth pixel would not look like it.
  const pixels = await decodeTiff(file, directory, turned(workingSize(size), orientation));
  const image = pixels.jpeg
    ? await fromJpeg(pixels.jpeg, directory)
    : await uprightBitmap(pixels.rgba, pixels.size, orientation);
  return { image: shrink(image, workingSize(size, longest ?? undefined)), size };
}

/** A JPEG inside a TIFF may be padded to whole tiles; its own EXIF does not count. */
async function fromJpeg(jpeg: Blob, { width, height, orientation }: TiffDirectory): Promise<ImageBitmap> {
  const stored = await createImageBitmap(jpeg, 0, 0, width, height, { imageOrientation: 'none' });
  return orientation === 1 ? stored : turnBitmap(stored, orientation);
}
