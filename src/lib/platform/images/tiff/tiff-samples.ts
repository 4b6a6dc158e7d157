import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { Bytes } from '../bytes';
import { unpackBlock, type BlockCoding } from './block-codecs';
import { sampleReader, type SampleKind } from './sample-reader';
import { blocksOf, rowsOf, type TiffBlocks } from './tiff-blocks';
import { isLittleEndian, readTag, type TiffDirectory } from './tiff-directory';
import { joinChroma, packedBytes, type Subsampling } from './ycbcr-blocks';

const TAG = { fillOrder: 266, faxOptions: 292, predictor: 317, jpegTables: 347, subsampling: 530 } as const;
const [JPEG, YCBCR, FLOAT] = [7, 6, 3];
/** Blocks whose reading goes on at once, so that many small strips do not wait for each other. */
const AT_ONCE = 16;

export type SampleArray =
  Uint8Array | Uint16Array | Uint32Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** One kind a sample, as the page has them. */
export const kindsOf = ({ bits, samples, sampleFormat }: TiffDirectory): readonly SampleKind[] =>
  Array.from({ length: samples }, (_, i) => ({ bits: bits[i] ?? bits[0] ?? 1, format: sampleFormat }));

/** What reading and placing a block needs. */
interface Reading {
  readonly page: TiffDirectory;
  readonly blocks: TiffBlocks;
  readonly coding: BlockCoding;
  readonly kinds: readonly SampleKind[];
  /** Null: every pixel has its own colours. */
  readonly subsampling: Subsampling | null;
  /** For each column and row of the target the page's column and row that it shows. */
  readonly columns: Int32Array;
  readonly rows: Int32Array;
  readonly out: SampleArray;
}

/**
 * A page's samples, those of a pixel side by side, rows from the top: `[height, width, samples]` of `target`, whose
 * pixels show the page's nearest ones. Blocks are unpacked one after another, so that beside the target only a few
 * of them are held. Throws `picture-truncated` where a block is missing, empty or shorter than its rows.
 */
export async function readSamples(bytes: Bytes, page: TiffDirectory, target: Size): Promise<SampleArray> {
  const reading = await readingOf(bytes, page, target);
  const { blocks } = reading;
  const count = blocks.across * blocks.down * blocks.planes;
  for (let first = 0; first < count; first += AT_ONCE) {
    const wanted = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, i) => first + i);
    const packed = await Promise.all(
      wanted.map((at) => bytes.read(blocks.offsets[at]!, blocks.offsets[at]! + blocks.lengths[at]!)),
    );
    for (const [i, at] of wanted.entries()) await place(reading, at, packed[i]!);
  }
  return reading.out;
}

async function readingOf(bytes: Bytes, page: TiffDirectory, target: Size): Promise<Reading> {
  const one = async (tag: number, otherwise: number) => (await readTag(bytes, page, tag))[0] ?? otherwise;
  const blocks = await blocksOf(bytes, page);
  const kinds = kindsOf(page);
  const subsampling = await subsamplingOf(bytes, page);
  const predictor = await one(TAG.predictor, 1);
  if (subsampling && predictor !== 1)
    throw new AppError('picture-tiff-unsupported', { what: 'YCbCrSubSampling, Predictor' });
  const bits = kinds.map((kind) => kind.bits);
  const coding: BlockCoding = {
    compression: page.compression,
    predictor,
    fillOrder: await one(TAG.fillOrder, 1),
    isLittle: isLittleEndian(bytes),
    bits: page.planar === 2 ? bits.slice(0, 1) : bits,
    width: blocks.width,
    jpegTables: page.compression === JPEG ? await readTag(bytes, page, TAG.jpegTables) : [],
    faxOptions: await one(TAG.faxOptions, 0),
  };
  const out = arrayFor(kinds, target.width * target.height * page.samples);
  return {
    ...{ page, blocks, coding, kinds, subsampling, out },
    columns: nearest(page.width, target.width),
    rows: nearest(page.height, target.height),
  };
}

/** JPEG brings its colours back to full resolution itself. */
async function subsamplingOf(bytes: Bytes, page: TiffDirectory): Promise<Subsampling | null> {
  if (page.photometric !== YCBCR || page.compression === JPEG) return null;
  const [across = 2, down = 2] = await readTag(bytes, page, TAG.subsampling);
  if (across === 1 && down === 1) return null;
  const isKnown = page.planar === 1 && page.samples === 3 && page.bits.every((bits) => bits === 8);
  if (!isKnown || ![1, 2, 4].includes(across) || ![1, 2, 4].includes(down))
    throw new AppError('picture-tiff-unsupported', { what: 'YCbCrSubSampling' });
  return { across, down };
}

const nearest = (from: number, to: number): Int32Array =>
  Int32Array.from({ length: to }, (_, at) => Math.floor(((at + 0.5) * from) / to));

function arrayFor(kinds: readonly SampleKind[], length: number): SampleArray {
  const bits = Math.max(...kinds.map((kind) => kind.bits));
  const format = kinds[0]?.format ?? 1;
  if (format === FLOAT) return bits <= 32 ? new Float32Array(length) : new Float64Array(length);
  if (bits > 32) return new Float64Array(length);
  if (format === 2) return bits <= 16 ? new Int16Array(length) : new Int32Array(length);
  if (bits <= 8) return new Uint8Array(length);
  return bits <= 16 ? new Uint16Array(length) : new Uint32Array(length);
}

/** Unpacks a block and copies the pixels of it that the target shows. */
async function place(reading: Reading, at: number, packed: Uint8Array): Promise<void> {
  const { page, blocks, coding, kinds, subsampling } = reading;
  const inPlane = blocks.across * blocks.down;
  const plane = Math.floor(at / inPlane);
  const [left, top] = [(at % blocks.across) * blocks.width, Math.floor((at % inPlane) / blocks.across)];
  const rows = rowsOf(blocks, page, top);
  const inParallel = blocks.planes === 1 ? kinds : kinds.slice(plane, plane + 1);
  const pixelBits = inParallel.reduce((sum, { bits }) => sum + bits, 0);
  const rowBytes = Math.ceil((blocks.width * pixelBits) / 8);
  const length = subsampling ? packedBytes(blocks.width, rows, subsampling) : rowBytes * rows;
  const unpacked = await unpackBlock(packed, coding, length);
  const samples = subsampling ? joinChroma(unpacked, blocks.width, rows, subsampling) : unpacked;
  copyPixels(reading, samples, {
    ...{ left, rows, rowBytes, pixelBits },
    top: top * blocks.height,
    kinds: inParallel,
    firstSample: blocks.planes === 1 ? 0 : plane,
  });
}

interface Placed {
  /** Where the block lies in the page, in pixels. */
  readonly left: number;
  readonly top: number;
  readonly rows: number;
  readonly rowBytes: number;
  readonly pixelBits: number;
  readonly kinds: readonly SampleKind[];
  readonly firstSample: number;
}

function copyPixels(reading: Reading, samples: Uint8Array, placed: Placed): void {
  const { page, blocks, columns, rows, out, coding } = reading;
  const { left, top, rowBytes, pixelBits, kinds, firstSample } = placed;
  const [fromX, toX] = rangeIn(columns, left, Math.min(left + blocks.width, page.width));
  const [fromY, toY] = rangeIn(rows, top, top + placed.rows);
  const isCopied =
    out instanceof Uint8Array && pixelBits === 8 * page.samples && columns.length === page.width;
  const isAligned = kinds.every(({ bits }) => bits % 8 === 0);
  const layout = { isLittle: coding.isLittle, isAligned };
  const readers = kinds.map((kind) => sampleReader(samples, kind, layout));
  const starts = kinds.map((_, i) => kinds.slice(0, i).reduce((sum, { bits }) => sum + bits, 0));
  for (let y = fromY; y < toY; y += 1) {
    const row = (rows[y]! - top) * rowBytes;
    const target = y * columns.length * page.samples + firstSample;
    if (isCopied) {
      out.set(samples.subarray(row, row + (toX - fromX) * page.samples), target + fromX * page.samples);
      continue;
    }
    for (const [i, read] of readers.entries()) {
      const start = row * 8 + starts[i]!;
      for (let x = fromX; x < toX; x += 1)
        out[target + x * page.samples + i] = read(start + (columns[x]! - left) * pixelBits);
    }
  }
}

/** The places whose values, which grow, lie from one number up to another. */
function rangeIn(values: Int32Array, from: number, to: number): readonly [number, number] {
  return [firstAtLeast(values, from), firstAtLeast(values, to)];
}

function firstAtLeast(values: Int32Array, wanted: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
