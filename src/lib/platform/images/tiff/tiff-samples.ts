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
/** The number of blocks that are read concurrently, so that many small strips do not wait for each other. */
const AT_ONCE = 16;

export type SampleArray =
  Uint8Array | Uint16Array | Uint32Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** The kind of each sample of the page. */
export const kindsOf = ({ bits, samples, sampleFormat }: TiffDirectory): readonly SampleKind[] =>
  Array.from({ length: samples }, (_, i) => ({ bits: bits[i] ?? bits[0] ?? 1, format: sampleFormat }));

/** The page and the target, as reading and copying a block needs them. */
interface BlockContext {
  readonly page: TiffDirectory;
  readonly blocks: TiffBlocks;
  readonly coding: BlockCoding;
  readonly kinds: readonly SampleKind[];
  /** Null if the colours are not subsampled. */
  readonly subsampling: Subsampling | null;
  /** For each column and row of the target, the page's column and row that it shows. */
  readonly columns: Int32Array;
  readonly rows: Int32Array;
  readonly out: SampleArray;
}

/**
 * Reads a page's samples, interleaved, rows from the top: `[height, width, samples]` of `target`, by
 * nearest-neighbour sampling. Blocks are decompressed one after another, so that only a few are in memory beside
 * the target. Throws `picture-truncated` if a block is missing, empty or shorter than its rows.
 */
export async function readSamples(bytes: Bytes, page: TiffDirectory, target: Size): Promise<SampleArray> {
  const context = await blockContextOf(bytes, page, target);
  const { blocks } = context;
  const count = blocks.across * blocks.down * blocks.planes;
  for (let first = 0; first < count; first += AT_ONCE) {
    const wanted = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, i) => first + i);
    const packed = await Promise.all(
      wanted.map((at) => bytes.read(blocks.offsets[at]!, blocks.offsets[at]! + blocks.lengths[at]!)),
    );
    for (const [i, at] of wanted.entries()) await place(context, at, packed[i]!);
  }
  return context.out;
}

async function blockContextOf(bytes: Bytes, page: TiffDirectory, target: Size): Promise<BlockContext> {
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

/** JPEG decoders upsample colours themselves. */
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

/** Decompresses a block, and copies those of its pixels that the target shows. */
async function place(context: BlockContext, at: number, packed: Uint8Array): Promise<void> {
  const { page, blocks, coding, kinds, subsampling } = context;
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
  copyPixels(context, samples, {
    ...{ left, rows, rowBytes, pixelBits },
    top: top * blocks.height,
    kinds: inParallel,
    firstSample: blocks.planes === 1 ? 0 : plane,
  });
}

interface Placed {
  /** The position of the block in the page, in pixels. */
  readonly left: number;
  readonly top: number;
  readonly rows: number;
  readonly rowBytes: number;
  readonly pixelBits: number;
  readonly kinds: readonly SampleKind[];
  readonly firstSample: number;
}

function copyPixels(context: BlockContext, samples: Uint8Array, placed: Placed): void {
  const { page, blocks, columns, rows, out, coding } = context;
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

/** The range of indices whose ascending values lie between two numbers. */
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
