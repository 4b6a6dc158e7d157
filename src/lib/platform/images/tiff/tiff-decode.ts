import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import { bytesOf, type Bytes } from '../bytes';
import { DECODED } from './block-codecs';
import { FAX } from './fax';
import { oldJpeg } from './old-jpeg';
import { toRgba } from './tiff-color';
import { readTag, type TiffDirectory } from './tiff-directory';
import { readSamples } from './tiff-samples';

/** Pixels as stored, before the orientation is applied; `jpeg` means that the browser decodes them. */
export type TiffPixels =
  | { readonly rgba: Uint8ClampedArray<ArrayBuffer>; readonly size: Size; readonly jpeg: null }
  | { readonly rgba: null; readonly size: Size; readonly jpeg: Blob };

/**
 * [Note: TIFF codecs]
 * Tables, blocks and samples are read by our own code: geotiff 3.0.5 reads the offsets of large big-endian files
 * with swapped bytes, and returns black for missing data. From it come the decoders of single JPEG and Deflate
 * blocks, and from utif2 those of fax codes; JPEG compression from before 1995 becomes a JPEG file for the browser.
 * A compression without a decoder is refused by name before any pixel is read.
 */
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
const [COLOR_MAP, COEFFICIENTS, REFERENCE] = [320, 529, 532];
/** Values of SampleFormat; undefined samples are read as unsigned. */
const [FLOAT, UNDEFINED] = [3, 4];
const FLOAT_BITS = new Set([16, 24, 32, 64]);

/** The name of the page's feature that cannot be decoded; null if there is none. */
export function refusalOf(page: TiffDirectory): string | null {
  const { compression, photometric, bits, sampleFormat } = page;
  if (!DECODED.has(compression) && compression !== OLD_JPEG)
    return NAMES[compression] ?? `Compression ${compression}`;
  if (photometric > CIELAB || photometric === 7 || photometric === 4) return `Photometric ${photometric}`;
  if (sampleFormat > UNDEFINED) return `SampleFormat ${sampleFormat}`;
  const isKnown = (one: number) =>
    sampleFormat === FLOAT ? FLOAT_BITS.has(one) : (one >= 1 && one <= 32) || one === 64;
  const isPacked = compression === JPEG || FAX.has(compression);
  if (!bits.every(isKnown) || (isPacked && bits.some((one) => one !== (compression === JPEG ? 8 : 1))))
    return `BitsPerSample ${bits.join(', ')}`;
  return null;
}

/**
 * The pixels of one page. `target` is the largest size that is needed, so a reduced copy in the file, or sampling,
 * is enough.
 */
export async function decodeTiff(file: Blob, page: TiffDirectory, target: Size): Promise<TiffPixels> {
  const refusal = refusalOf(page);
  if (refusal !== null) throw new AppError('picture-tiff-unsupported', { what: refusal });
  try {
    if (page.compression === OLD_JPEG) {
      const jpeg = await oldJpeg(file, page);
      return { rgba: null, size: { width: page.width, height: page.height }, jpeg };
    }
    return await pixelsOf(await bytesOf(file), page, target);
  } catch (error) {
    throw error instanceof AppError ? error : new AppError('picture-undecodable', {}, { cause: error });
  }
}

async function pixelsOf(bytes: Bytes, page: TiffDirectory, target: Size): Promise<TiffPixels> {
  const size = {
    width: Math.min(page.width, target.width),
    height: Math.min(page.height, target.height),
  };
  const samples = await readSamples(bytes, page, size);
  const of = (photometric: number, tag: number) =>
    page.photometric === photometric ? readTag(bytes, page, tag) : [];
  const tables = {
    colorMap: await of(PALETTE, COLOR_MAP),
    coefficients: await of(YCBCR, COEFFICIENTS),
    reference: await of(YCBCR, REFERENCE),
  };
  return { rgba: toRgba(samples, size.width * size.height, page, tables), size, jpeg: null };
}
