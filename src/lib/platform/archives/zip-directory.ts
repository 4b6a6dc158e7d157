import { AppError } from '$lib/domain/errors';
import type { RandomAccess } from './random-access';
import { zipName } from './zip-names';

/** One entry as the zip's directory at its end tells it. */
export interface ZipEntry {
  /** As the archive spells it. */
  readonly rawPath: string;
  /** What else its bytes may spell, where nothing says in which encoding they are. */
  readonly spellings: readonly string[];
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Of its local header. */
  readonly offset: number;
}

const END = 0x06054b50;
const END64_LOCATOR = 0x07064b50;
const END64 = 0x06064b50;
const CENTRAL = 0x02014b50;

/** More entries, or a larger directory, than any dataset has: it would fill the memory before anything was read. */
const MAX_ENTRIES = 1_000_000;
const MAX_DIRECTORY_BYTES = 256 * 2 ** 20;
/** Deflate that unpacks to more than this many times its size is made to fill a disk. */
const MAX_RATIO = 250;
const HARMLESS_BYTES = 64 * 2 ** 20;

/** The entries of a zip, zip64 included. Throws `archive-damaged` or `archive-too-large`. */
export async function zipDirectory(source: RandomAccess, name: string): Promise<readonly ZipEntry[]> {
  const { count, size, offset, shift, isWide } = await findEnd(source, name);
  if (count > MAX_ENTRIES || size > MAX_DIRECTORY_BYTES)
    throw new AppError('archive-too-large', { path: name, entries: count });
  if (offset + size > source.size) throw damaged(name, source.size);
  const bytes = await source.read(offset, offset + size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: ZipEntry[] = [];
  let packed = 0;
  for (let at = 0; at < bytes.length;) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL) throw damaged(name, offset + at);
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > bytes.length) throw damaged(name, offset + at);
    const flags = view.getUint16(at + 8, true);
    const raw = bytes.subarray(at + 46, at + 46 + nameLength);
    const extra = new DataView(bytes.buffer, bytes.byteOffset + at + 46 + nameLength, extraLength);
    const wide = wideNumbers(
      {
        size: view.getUint32(at + 24, true),
        compressedSize: view.getUint32(at + 20, true),
        offset: view.getUint32(at + 42, true),
      },
      extra,
    );
    const { path: rawPath, spellings } = zipName(raw, (flags & 0x800) !== 0, extra);
    const entry: ZipEntry = {
      rawPath,
      spellings,
      method: view.getUint16(at + 10, true),
      isEncrypted: (flags & 1) !== 0,
      crc: view.getUint32(at + 16, true),
      ...wide,
      offset: wide.offset + shift,
    };
    packed += entry.compressedSize;
    const isBomb = entry.size > HARMLESS_BYTES && entry.size > entry.compressedSize * MAX_RATIO;
    if (isBomb || packed > source.size)
      throw new AppError('archive-too-large', { path: entry.rawPath, bytes: entry.size });
    entries.push(entry);
    if (entries.length > MAX_ENTRIES)
      throw new AppError('archive-too-large', { path: name, entries: entries.length });
    at = next;
  }
  // Without zip64 the count has sixteen bits, and packers write what is left of a larger one.
  const counted = isWide ? entries.length : entries.length % 0x10000;
  if (counted !== count) throw damaged(name, offset + size);
  return entries;
}

const damaged = (path: string, position: number) => new AppError('archive-damaged', { path, position });

async function findEnd(source: RandomAccess, name: string) {
  const start = Math.max(0, source.size - 65_557);
  const tail = await source.read(start, source.size);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  let at = tail.length - 22;
  while (at >= 0 && view.getUint32(at, true) !== END) at -= 1;
  if (at < 0) throw damaged(name, source.size);
  const end = {
    count: view.getUint16(at + 10, true),
    size: view.getUint32(at + 12, true),
    offset: view.getUint32(at + 16, true),
  };
  const hasLocator = at >= 20 && view.getUint32(at - 20, true) === END64_LOCATOR;
  if (!hasLocator) {
    // Whatever stands before the zip, a program that unpacks itself for one, shifts what the zip says of its places.
    const shift = start + at - end.size - end.offset;
    if (shift < 0) throw damaged(name, source.size);
    return { ...end, offset: end.offset + shift, shift, isWide: false };
  }
  const record = await source.read(Number(view.getBigUint64(at - 12, true)), start + at - 20);
  if (record.length < 56) throw damaged(name, start + at);
  const wide = new DataView(record.buffer, record.byteOffset, record.byteLength);
  if (wide.getUint32(0, true) !== END64) throw damaged(name, start + at);
  return {
    count: Number(wide.getBigUint64(32, true)),
    size: Number(wide.getBigUint64(40, true)),
    offset: Number(wide.getBigUint64(48, true)),
    shift: 0,
    isWide: true,
  };
}

/** Numbers that do not fit into 32 bits stand in an extra field, in this order, each only where it is needed. */
function wideNumbers(
  short: { readonly size: number; readonly compressedSize: number; readonly offset: number },
  extra: DataView,
) {
  const wide = { ...short };
  for (let at = 0; at + 4 <= extra.byteLength;) {
    const [id, length] = [extra.getUint16(at, true), extra.getUint16(at + 2, true)];
    let from = at + 4;
    if (id === 1) {
      for (const key of ['size', 'compressedSize', 'offset'] as const) {
        if (short[key] !== 0xffffffff || from + 8 > at + 4 + length) continue;
        wide[key] = Number(extra.getBigUint64(from, true));
        from += 8;
      }
    }
    at += 4 + length;
  }
  return wide;
}
