import { AppError } from '$lib/domain/errors';
import type { Decoded } from '../decode';
import { headOf, turned } from '../picture-head';
import { turnBitmap, uprightBitmap } from '../upright';
import { shrink, workingSize } from '../working-copy';
import { bytesOf } from '../bytes';
import { drawJpegTiles, isInJpegTiles } from './jpeg-tiles';
import { decodeTiff, refusalOf } from './tiff-decode';
import { readDirectories, type TiffDirectory } from './tiff-directory';

/** Decodes a page of a TIFF file upright; pages count from 1. See [Note: Working copy]. */
export async function decodePage(file: Blob, page: number, longest: number | null): Promise<Decoded> {
  const { directories, problem } = await headOf(file);
  const directory = directories[page - 1];
  // A page may also be missing because the file has changed.
  if (problem || !directory) throw new AppError(problem ?? 'picture-undecodable');
  const { orientation } = directory;
  const size = turned(directory, orientation);
  const source = longest === null ? directory : await smallerCopy(file, directory, longest);
  // A small picture is made from the whole page, because sampling every hundredth pixel would not look like it.
  const image = await uprightPage(file, { ...source, orientation });
  return { image: shrink(image, workingSize(size, longest ?? undefined)), size };
}

async function uprightPage(file: Blob, page: TiffDirectory): Promise<ImageBitmap> {
  const { orientation } = page;
  const target = workingSize(page);
  if (isInJpegTiles(page) && refusalOf(page) === null) {
    const stored = await drawJpegTiles(file, page, target).catch((error: unknown) => {
      throw error instanceof AppError ? error : new AppError('picture-undecodable', {}, { cause: error });
    });
    return orientation === 1 ? stored : turnBitmap(stored, orientation);
  }
  const pixels = await decodeTiff(file, page, target);
  return pixels.jpeg ? fromJpeg(pixels.jpeg, page) : uprightBitmap(pixels.rgba, pixels.size, orientation);
}

/** The smallest reduced copy of the page in the file that is large enough; else the page itself. */
async function smallerCopy(file: Blob, page: TiffDirectory, longest: number): Promise<TiffDirectory> {
  const after = (await readDirectories(await bytesOf(file))).slice(page.index + 1);
  const end = after.findIndex(({ subfile }) => (subfile & 0b101) === 0);
  const copies = (end < 0 ? after : after.slice(0, end)).filter(
    (copy) =>
      (copy.subfile & 1) === 1 && refusalOf(copy) === null && Math.max(copy.width, copy.height) >= longest,
  );
  return copies.reduce((best, copy) => (copy.width < best.width ? copy : best), page);
}

/**
 * A JPEG inside a TIFF may be padded to whole tiles, and its own EXIF is ignored. A JPEG smaller than its page is
 * refused, because the rest would be black.
 */
async function fromJpeg(jpeg: Blob, { width, height, orientation }: TiffDirectory): Promise<ImageBitmap> {
  const head = await headOf(jpeg);
  if (head.problem) throw new AppError(head.problem, head.about);
  // Without its EXIF, these are the sides as they are stored.
  const [size] = head.pages;
  if (!size || size.width < width || size.height < height) throw new AppError('picture-truncated');
  const stored = await createImageBitmap(jpeg, 0, 0, width, height, { imageOrientation: 'none' }).catch(
    (error: unknown) => {
      throw new AppError('picture-undecodable', {}, { cause: error });
    },
  );
  return orientation === 1 ? stored : turnBitmap(stored, orientation);
}
