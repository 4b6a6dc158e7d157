import { AppError } from '$lib/domain/errors';
import { isAt, viewOf } from '$lib/binary/bytes';
import { bytesOf, type Bytes } from '../bytes';
import { blocksOf, type TiffBlocks } from './tiff-blocks';
import { readTag, type TiffDirectory } from './tiff-directory';

/** Tags of TIFF 6.0, section 22. */
const TAG = {
  jpeg: 513,
  jpegBytes: 514,
  restart: 515,
  quantization: 519,
  dc: 520,
  ac: 521,
  subsampling: 530,
} as const;
const [SOI, EOI, SOS, RST0, APP1] = [0xd8, 0xd9, 0xda, 0xd0, 0xe1];
const MARK_BYTES = 2;

/** The segments of a JPEG before its first scan. */
interface Lead {
  /** Without the EXIF block, whose orientation must not be applied on top of the TIFF's. */
  readonly segments: readonly BlobPart[];
  /** Whether the scan's header is among the segments. */
  readonly hasScan: boolean;
  readonly hasFrame: boolean;
  /** The offset in the file where the scan begins. */
  readonly end: number;
}

/**
 * JPEG compression as TIFF had it before 1995. Either tag 513 or the first block points to a whole JPEG file; or
 * tag 513 points to the segments before a scan, whose entropy-coded data are the blocks; or the tables are in the
 * file without any segment. The result is a JPEG file for the browser's decoder.
 */
export async function oldJpeg(file: Blob, page: TiffDirectory): Promise<Blob> {
  const source = await bytesOf(file);
  const one = async (tag: number) => (await readTag(source, page, tag))[0] ?? 0;
  const at = await one(TAG.jpeg);
  const length = (await one(TAG.jpegBytes)) || source.size - at;
  const lead = at > 0 && at < source.size ? await leadOf(file, source, at, at + length) : null;
  // Bytes after a scan's header are its pixels; a file of segments only has none.
  if (lead?.hasScan && lead.hasFrame && at + length > lead.end + MARK_BYTES)
    return jpegOf([...lead.segments, file.slice(lead.end, at + length)]);

  const blocks = await blocksOf(source, page);
  const [first = 0] = blocks.offsets;
  const inner =
    blocks.offsets.length === 1 ? await leadOf(file, source, first, first + blocks.lengths[0]!) : null;
  if (inner?.hasScan && inner.hasFrame)
    return jpegOf([...inner.segments, file.slice(inner.end, first + blocks.lengths[0]!)]);
  if (blocks.across > 1 || blocks.planes > 1)
    throw new AppError('picture-tiff-unsupported', { what: 'JPEG (old-style)' });

  // The interval comes first, so that an interval in the segments overrides it.
  const head = lead?.hasFrame
    ? [...(await restartOf(source, page, blocks)), ...lead.segments, ...(lead.hasScan ? [] : [scanOf(page)])]
    : await headOfTags(source, page, blocks);
  return jpegOf([...head, ...scansOf(file, blocks)]);
}

const jpegOf = (parts: readonly BlobPart[]): Blob =>
  new Blob([Uint8Array.of(0xff, SOI), ...parts, Uint8Array.of(0xff, EOI)], { type: 'image/jpeg' });

/** Null if no JPEG begins there. */
async function leadOf(file: Blob, source: Bytes, from: number, to: number): Promise<Lead | null> {
  if (!isAt(await source.read(from, from + MARK_BYTES), 0, [0xff, SOI])) return null;
  const segments: BlobPart[] = [];
  let hasFrame = false;
  let at = from + MARK_BYTES;
  while (at + 4 <= to) {
    const head = await source.read(at, at + 4);
    const marker = head[1] ?? 0;
    if (head.length < 4 || head[0] !== 0xff || marker === EOI) break;
    const end = at + MARK_BYTES + viewOf(head).getUint16(2);
    if (marker !== APP1) segments.push(file.slice(at, end));
    hasFrame ||= marker >= 0xc0 && marker <= 0xc2;
    at = end;
    if (marker === SOS) return { segments, hasFrame, hasScan: true, end };
  }
  return { segments, hasFrame, hasScan: false, end: at };
}

/** Makes the tables and the frame from the tags. */
async function headOfTags(source: Bytes, page: TiffDirectory, blocks: TiffBlocks): Promise<BlobPart[]> {
  const list = (tag: number) => readTag(source, page, tag);
  const bytes = (at: number, count: number) => source.read(at, at + count);
  const parts: BlobPart[] = [];
  for (const [id, at] of (await list(TAG.quantization)).entries())
    parts.push(segment(0xdb, [id, ...(await bytes(at, 64))]));
  for (const [kind, tag] of [
    [0x00, TAG.dc],
    [0x10, TAG.ac],
  ] as const)
    for (const [id, at] of (await list(tag)).entries()) {
      const counts = await bytes(at, 16);
      const values = await bytes(
        at + 16,
        counts.reduce((sum, count) => sum + count, 0),
      );
      parts.push(segment(0xc4, [kind | id, ...counts, ...values]));
    }
  const [across, down] = await subsamplingOf(source, page);
  const height = blocks.isTiled ? blocks.height : page.height;
  const components = idsOf(page).flatMap((id) => [
    id + 1,
    id === 0 && page.samples > 1 ? (across << 4) | down : 0x11,
    id,
  ]);
  return [
    ...parts,
    ...(await restartOf(source, page, blocks)),
    segment(0xc0, [8, ...word(height), ...word(blocks.width), page.samples, ...components]),
    scanOf(page),
  ];
}

const scanOf = (page: TiffDirectory): Uint8Array<ArrayBuffer> =>
  segment(SOS, [page.samples, ...idsOf(page).flatMap((id) => [id + 1, (id << 4) | id]), 0, 63, 0]);

/** The restart interval by the tags; without one, each block is an interval, as libtiff reads it. */
async function restartOf(source: Bytes, page: TiffDirectory, blocks: TiffBlocks): Promise<BlobPart[]> {
  const [declared = 0] = await readTag(source, page, TAG.restart);
  const [across, down] = page.samples > 1 ? await subsamplingOf(source, page) : ([1, 1] as const);
  const perBlock = Math.ceil(blocks.width / (8 * across)) * Math.ceil(blocks.height / (8 * down));
  const interval = declared || (blocks.offsets.length > 1 ? perBlock : 0);
  return interval > 0 ? [segment(0xdd, word(interval))] : [];
}

/** Puts a restart marker before each block, because each block is decoded independently. */
const scansOf = (file: Blob, { offsets, lengths }: TiffBlocks): BlobPart[] =>
  offsets.flatMap((offset, i) => [
    ...(i > 0 ? [Uint8Array.of(0xff, RST0 + ((i - 1) % 8))] : []),
    file.slice(offset, offset + lengths[i]!),
  ]);

async function subsamplingOf(
  source: Bytes,
  page: TiffDirectory,
): Promise<readonly [across: number, down: number]> {
  const [across = 2, down = 2] = await readTag(source, page, TAG.subsampling);
  return [across, down];
}

const idsOf = ({ samples }: TiffDirectory): readonly number[] =>
  Array.from({ length: samples }, (_, id) => id);
const word = (value: number): readonly [number, number] => [value >> 8, value & 0xff];
const segment = (marker: number, body: readonly number[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([0xff, marker, ...word(body.length + 2), ...body]);
