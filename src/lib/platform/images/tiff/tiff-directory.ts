import { viewOf } from '$lib/binary/bytes';
import { bytesOf, type Bytes } from '../bytes';

/** An image file directory of a TIFF: the tags of a picture. */
export interface TiffDirectory {
  /** The index in the file's chain, from 0. */
  readonly index: number;
  /** The offset of the directory in the file. */
  readonly at: number;
  readonly width: number;
  readonly height: number;
  readonly bits: readonly number[];
  readonly compression: number;
  readonly photometric: number;
  readonly samples: number;
  /** 1 means interleaved samples, 2 one plane per sample. */
  readonly planar: number;
  /** 1 means unsigned, 2 signed, 3 float. */
  readonly sampleFormat: number;
  /** Whether the sample after the colours is alpha. */
  readonly hasAlpha: boolean;
  /** 1 to 8, as in EXIF, which took it over from TIFF. */
  readonly orientation: number;
  /** Bit 0 marks a reduced copy of another page, bit 2 a mask. */
  readonly subfile: number;
}

/** A longer chain has a loop, or is no document for people. */
const MAX_DIRECTORIES = 4096;
const MAX_ENTRIES = 4096;
/** The number of values of a 16-bit colour map. */
const MAX_VALUES = 3 * 65536;
/** The number of bytes of a value by its type, from 1 (TIFF 6.0, section 2; BigTIFF adds 16 to 18). */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
/** A fraction of two integers. */
const RATIONAL = 5;

const TAG = {
  subfile: 254,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  orientation: 274,
  samples: 277,
  planar: 284,
  extraSamples: 338,
  sampleFormat: 339,
} as const;
type TagName = keyof typeof TAG;
const NAME_OF: ReadonlyMap<number, TagName> = new Map(
  Object.entries(TAG).map(([name, tag]) => [tag, name as TagName]),
);

/** The byte order of a file, and the width of its offsets. */
interface Layout {
  readonly isLittle: boolean;
  readonly isBig: boolean;
}

/** Reads all directories of a TIFF or BigTIFF file in order, without reading pixels. */
export async function readDirectories(bytes: Bytes): Promise<readonly TiffDirectory[]> {
  const layout = layoutOf(bytes);
  const head = viewOf(await bytes.read(0, 16));
  const seen = new Set<number>();
  const found: TiffDirectory[] = [];
  let at = layout.isBig ? wide(head, 8, layout) : head.getUint32(4, layout.isLittle);
  while (at > 0 && at < bytes.size && !seen.has(at) && found.length < MAX_DIRECTORIES) {
    seen.add(at);
    const { entries, next } = await entriesOf(bytes, at, layout);
    const tags = new Map<TagName, readonly number[]>();
    for (const entry of entries) {
      const name = NAME_OF.get(entry.getUint16(0, layout.isLittle));
      // No tag that is read here has more values than a pixel has samples.
      if (name !== undefined) tags.set(name, await valuesOf(bytes, entry, layout, 64));
    }
    found.push(directoryOf(found.length, at, tags));
    at = next;
  }
  return found;
}

/** The values of any tag, at most `most` of them; empty if the directory lacks the tag. */
export async function readTag(
  bytes: Bytes,
  page: TiffDirectory,
  tag: number,
  most = MAX_VALUES,
): Promise<readonly number[]> {
  const layout = layoutOf(bytes);
  const { entries } = await entriesOf(bytes, page.at, layout);
  const entry = entries.find((one) => one.getUint16(0, layout.isLittle) === tag);
  return entry ? valuesOf(bytes, entry, layout, most) : [];
}

export const isLittleEndian = (bytes: Bytes): boolean => layoutOf(bytes).isLittle;

function layoutOf({ head }: Bytes): Layout {
  const isLittle = head[0] === 0x49;
  return { isLittle, isBig: viewOf(head).getUint16(2, isLittle) === 43 };
}

const wide = (view: DataView, at: number, { isLittle }: Layout): number =>
  Number(view.getBigUint64(at, isLittle));

/** The entries of a directory, and the offset of the next directory; 0 if there is none. */
async function entriesOf(
  bytes: Bytes,
  at: number,
  layout: Layout,
): Promise<{ readonly entries: readonly DataView[]; readonly next: number }> {
  const { isLittle, isBig } = layout;
  const [countBytes, entryBytes, offsetBytes] = isBig ? [8, 20, 8] : [2, 12, 4];
  const counted = viewOf(await bytes.read(at, at + countBytes));
  if (counted.byteLength < countBytes) return { entries: [], next: 0 };
  const declared = isBig ? wide(counted, 0, layout) : counted.getUint16(0, isLittle);
  const count = Math.min(MAX_ENTRIES, declared);
  const body = await bytes.read(at + countBytes, at + countBytes + count * entryBytes + offsetBytes);
  const entries: DataView[] = [];
  for (let entry = 0; entry < count && (entry + 1) * entryBytes <= body.length; entry += 1)
    entries.push(viewOf(body.subarray(entry * entryBytes, (entry + 1) * entryBytes)));
  const rest = viewOf(body.subarray(count * entryBytes));
  if (rest.byteLength < offsetBytes) return { entries, next: 0 };
  return { entries, next: isBig ? wide(rest, 0, layout) : rest.getUint32(0, isLittle) };
}

/** The values of a tag; they are in the entry itself if they fit. */
async function valuesOf(
  bytes: Bytes,
  entry: DataView,
  layout: Layout,
  most: number,
): Promise<readonly number[]> {
  const { isLittle, isBig } = layout;
  const type = entry.getUint16(2, isLittle);
  const size = TYPE_BYTES[type] ?? 0;
  const [room, place] = isBig ? [8, 12] : [4, 8];
  const declared = isBig ? wide(entry, 4, layout) : entry.getUint32(4, isLittle);
  const count = Math.min(declared, most);
  let view = entry;
  let at = place;
  if (declared * size > room) {
    const offset = isBig ? wide(entry, place, layout) : entry.getUint32(place, isLittle);
    view = viewOf(await bytes.read(offset, offset + count * size));
    at = 0;
  }
  const values: number[] = [];
  for (let i = 0; i < count && at + (i + 1) * size <= view.byteLength; i += 1) {
    const where = at + i * size;
    if (size === 1) values.push(view.getUint8(where));
    else if (size === 2) values.push(view.getUint16(where, isLittle));
    else if (size === 4) values.push(view.getUint32(where, isLittle));
    else if (type === RATIONAL)
      values.push(view.getUint32(where, isLittle) / view.getUint32(where + 4, isLittle));
    else if (size === 8) values.push(wide(view, where, layout));
  }
  return values;
}

function directoryOf(
  index: number,
  at: number,
  tags: ReadonlyMap<TagName, readonly number[]>,
): TiffDirectory {
  const one = (name: TagName, otherwise: number) => tags.get(name)?.[0] ?? otherwise;
  const bits = tags.get('bits') ?? [1];
  const orientation = one('orientation', 1);
  return {
    index,
    at,
    width: one('width', 0),
    height: one('height', 0),
    bits,
    compression: one('compression', 1),
    photometric: one('photometric', 0),
    samples: one('samples', bits.length),
    planar: one('planar', 1),
    sampleFormat: one('sampleFormat', 1),
    hasAlpha: [1, 2].includes(one('extraSamples', 0)),
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    subfile: one('subfile', 0),
  };
}

/** The directories that are pages: reduced copies and masks are not, unless there is nothing else. */
export function pagesAmong(directories: readonly TiffDirectory[]): readonly TiffDirectory[] {
  const pictures = directories.filter(({ width, height }) => width > 0 && height > 0);
  const pages = pictures.filter(({ subfile }) => (subfile & 0b101) === 0);
  return pages.length > 0 ? pages : pictures.slice(0, 1);
}

/** The orientation in an EXIF block, which is a small TIFF file; 1 if it cannot be read. */
export async function exifOrientation(exif: Uint8Array): Promise<number> {
  if (exif.length < 16) return 1;
  try {
    return (await readDirectories(await bytesOf(new Blob([Uint8Array.from(exif)]))))[0]?.orientation ?? 1;
  } catch {
    return 1;
  }
}
