import { AppError } from '$lib/domain/errors';
import { bytesOf } from '../bytes';
import { jpegHead } from '../heads/jpeg-head';
import { FAX, faxBlock } from './fax';
import { inflateBlock, jpegBlock } from './geotiff';
import { decodeLzw } from './lzw';
import { undoPredictor } from './predictor';

const [RAW, LZW, JPEG, DEFLATE, PACKBITS, OLD_DEFLATE] = [1, 5, 7, 8, 32773, 32946];
/** The compressions that can be decoded here. */
export const DECODED: ReadonlySet<number> = new Set([RAW, LZW, JPEG, DEFLATE, PACKBITS, OLD_DEFLATE, ...FAX]);
const PREDICTED: ReadonlySet<number> = new Set([LZW, DEFLATE, OLD_DEFLATE]);

/** The properties that all blocks of a page share. */
export interface BlockCoding {
  readonly compression: number;
  readonly predictor: number;
  /** 1 means that the first pixel is in a byte's highest bit, 2 in the lowest. */
  readonly fillOrder: number;
  readonly isLittle: boolean;
  /** The bits of each of the samples that are interleaved in a block. */
  readonly bits: readonly number[];
  /** The width of a block, in pixels. */
  readonly width: number;
  readonly jpegTables: readonly number[];
  /** The value of the tag T4Options. */
  readonly faxOptions: number;
}

/**
 * Decompresses a block to the samples as they are stored. `length` is the number of bytes of the block's rows
 * inside the page. Throws `picture-truncated` if there are fewer, because the rest would be shown black.
 */
export async function unpackBlock(
  packed: Uint8Array,
  coding: BlockCoding,
  length: number,
): Promise<Uint8Array> {
  const block = await unpacked(packed, coding, length);
  if (block.length < length) throw new AppError('picture-truncated');
  const { predictor, bits, width, isLittle, compression } = coding;
  if (PREDICTED.has(compression))
    undoPredictor(block, { predictor, isLittle, bits, samples: width * bits.length, step: bits.length });
  return block;
}

async function unpacked(packed: Uint8Array, coding: BlockCoding, length: number): Promise<Uint8Array> {
  const { compression, fillOrder, width } = coding;
  if (compression === JPEG) return unpackJpeg(packed, coding);
  if (FAX.has(compression)) {
    const isTwoDimensional = (coding.faxOptions & 1) === 1;
    return faxBlock(packed, compression, { width, fillOrder, isTwoDimensional });
  }
  const bytes = fillOrder === 2 ? mirrored(packed) : packed;
  switch (compression) {
    case LZW:
      return decodeLzw(bytes, length);
    case PACKBITS:
      return unpackBits(bytes, length);
    case RAW:
      return bytes;
    default:
      return inflateBlock(bytes);
  }
}

async function unpackJpeg(packed: Uint8Array, { jpegTables, width }: BlockCoding): Promise<Uint8Array> {
  const head = await jpegHead(await bytesOf(new Blob([Uint8Array.from(packed)])));
  // Rows of another length would shear the picture.
  if (head === null || head.stored.width !== width) throw new AppError('picture-undecodable');
  return jpegBlock(packed, jpegTables);
}

/** PackBits (TIFF 6.0, section 9): a count followed by that many bytes, or by one byte to repeat. */
function unpackBits(packed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let written = 0;
  for (let at = 0; at < packed.length && written < length;) {
    const code = (packed[at]! << 24) >> 24;
    at += 1;
    if (code >= 0) {
      const run = packed.subarray(at, at + Math.min(code + 1, length - written));
      out.set(run, written);
      written += run.length;
      at += code + 1;
    } else if (code !== -128 && at < packed.length) {
      const end = Math.min(written + 1 - code, length);
      out.fill(packed[at]!, written, end);
      written = end;
      at += 1;
    }
  }
  return out.subarray(0, written);
}

const MIRRORED = Uint8Array.from({ length: 256 }, (_, byte) => {
  let turned = 0;
  for (let bit = 0; bit < 8; bit += 1) if (byte & (1 << bit)) turned |= 128 >> bit;
  return turned;
});

const mirrored = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => MIRRORED[byte]!);
