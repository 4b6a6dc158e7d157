import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { PictureFiles } from '$lib/services/ports/pictures';
import { bytesOf } from './bytes';
import { hashOf } from './content-hash';
import { kindOf } from './picture-kind';
import { headIn, headOf } from './picture-head';

/** Inspects files by their bytes. Works in pages and workers, and, except for `measure`, outside browsers. */
export const pictureFiles: PictureFiles = {
  async facts(file) {
    const bytes = await bytesOf(file);
    const [{ pages, isTurned, problem }, hash] = await Promise.all([headIn(bytes), hashOf(bytes)]);
    return { pages, isTurned, problem, hash };
  },
  async measure(file, page) {
    const { pages, problem } = await headOf(file);
    if (problem || page > pages.length)
      throw new AppError(problem ?? 'picture-undecodable', { path: file.name });
    return pages[page - 1] ?? sizeByDecoding(file);
  },
  isTurned: async (file, page) => (await headOf(file)).isTurned[page - 1] ?? false,
  orientation: async (file, page) => (await headOf(file)).orientations[page - 1] ?? 1,
  // The decoders are large, and only a few exports need them.
  uprightCopy: async (file, page) => (await import('./upright-copy')).uprightCopy(file, page),
  hash: async (file) => hashOf(await bytesOf(file)),
  isPicture: async (file) => kindOf((await bytesOf(file)).head) !== null,
};

async function sizeByDecoding(file: File): Promise<Size> {
  try {
    const image = await createImageBitmap(file);
    const { width, height } = image;
    image.close();
    return { width, height };
  } catch (error) {
    throw new AppError('picture-undecodable', { path: file.name }, { cause: error });
  }
}
