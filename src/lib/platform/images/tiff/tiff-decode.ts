import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import UTIF from 'utif2';
import { bytesOf } from '../bytes';
import { openTiff } from './geotiff';
import { oldJpeg } from './old-jpeg';
import { toRgba } from './tiff-color';
import { readTag, type TiffDirectory } from './tiff-directory';

/** Pixels as they are stored, before the orientation is applied; `jpeg`: the browser's decoder has them. */
export type TiffPixels =
  | { readonly rgba: Uint8ClampedArray<ArrayBuffer>; readonly size: Size; readonly jpeg: null }
  | { readonly rgba: null; readonly size: Size; readonly jpeg: Blob };

/**
 * [Note: TIFF codecs]
 * geotiff reads tiles and strips where they are needed, in every layout; utif2 reads the fax codes, which
 * geotiff does not, but needs the whole file and gets planar pages, CMYK and newer codes wrong without a
 * word; JPEG of before 1995 becomes a JPEG file for the browser. So each gets what it was seen to decode
 * right, by the Compression tag, and the rest is refused by name before any pixel is touched. geotiff's own
 * pool is not used: its workers come from blobs, which the content policy forbids; this runs in a worker of
 * ours anyway.
 */
const GEOTIFF = new Set([1, 5, 7, 8, 32773, 32946]);
const FAX = new Set([2, 3, 4]);
const OLD_JPEG = 6;
const NAMES: Readonly<Record<number, string>> = {
  9: 'JBIG',
  10: 'JBIG',
  34661: 'JBIG',
  34676: 'LogLuv',
  34677: 'LogLuv',
  34712: 'JPEG 2000',
  33003: 'JPEG 2000',
  33005: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  50000: 'ZSTD',
  50001: 'WebP',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
};
const [PALETTE, YCBCR, CIELAB, JPEG] = [3, 6, 8, 7];
const [COLOR_MAP, YCBCR_SUBSAMPLING] = [320, 530];
/** Decoded in one piece. */
const MAX_FAX_BYTES = 512 * 1024 * 1024;

/** What of a page cannot be decoded, as its makers call it; null where nothing is known against it. */
export function refusalOf(page: TiffDirectory): string | null {
  const { compression, photometric, planar, bits, sampleFormat } = page;
  if (!GEOTIFF.has(compression) && !FAX.has(compression) && compression !== OLD_JPEG)
    return NAMES[compression] ?? `Compression ${compression}`;
  if (FAX.has(compression) && planar === 2) return 'CCITT, PlanarConfiguration 2';
  if (photometric > CIELAB || photometric === 7 || photometric === 4) return `Photometric ${photometric}`;
  if (sampleFormat > 3) return `SampleFormat ${sampleFormat}`;
  if (new Set(bits).size > 1 || ![1, 2, 4, 8, 16, 32, 64].includes(bits[0] ?? 1))
    return `BitsPerSample ${bits.join(', ')}`;
  return null;
}

/**
 * One page's pixels. `target`: no more pixels than that in either direction are needed, so that a pyramid's
 * smaller copy or a coarser reading will do.
 */
export async function decodeTiff(file: Blob, page: TiffDirectory, target: Size): Promise<TiffPixels> {
  const refusal = refusalOf(page);
  if (refusal !== null) throw new AppError('picture-tiff-unsupported', { what: refusal });
  try {
    if (page.compression === OLD_JPEG) {
      const jpeg = await oldJpeg(file, page);
      return { rgba: null, size: { width: page.width, height: page.height }, jpeg };
    }
    return FAX.has(page.compression) ? await byUtif(file, page) : await byGeotiff(file, page, target);
  } catch (error) {
    throw error instanceof AppError ? error : new AppError('picture-undecodable', {}, { cause: error });
  }
}

async function byGeotiff(file: Blob, page: TiffDirectory, target: Size): Promise<TiffPixels> {
  const bytes = await bytesOf(file);
  if (page.photometric === YCBCR && page.compression !== JPEG) {
    const [across = 2, down = 2] = await readTag(bytes, page, YCBCR_SUBSAMPLING);
    if (across !== 1 || down !== 1)
      throw new AppError('picture-tiff-unsupported', { what: 'YCbCrSubSampling' });
  }
  const size = {
    width: Math.min(page.width, target.width),
    height: Math.min(page.height, target.height),
  };
  const image = await openTiff(file, page.index);
  const samples = await image.readRasters({ interleave: true, ...size });
  // Read by ourselves: the package gives the numbers of some big-endian files with their bytes swapped.
  const colorMap = page.photometric === PALETTE ? await readTag(bytes, page, COLOR_MAP) : [];
  return { rgba: toRgba(samples, size.width * size.height, page, colorMap), size, jpeg: null };
}

async function byUtif(file: Blob, page: TiffDirectory): Promise<TiffPixels> {
  if (file.size > MAX_FAX_BYTES) throw new AppError('picture-too-large');
  const bytes = await file.arrayBuffer();
  const directories = UTIF.decode(bytes);
  const directory = directories[page.index];
  if (!directory) throw new AppError('picture-undecodable');
  UTIF.decodeImage(bytes, directory);
  const rgba = UTIF.toRGBA8(directory);
  return { rgba: new Uint8ClampedArray(rgba), size: { width: page.width, height: page.height }, jpeg: null };
}
