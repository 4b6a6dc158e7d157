import { viewOf } from './bytes';
import type { RandomAccess } from './random-access';
import { zipName } from './zip-names';

/** An entry of the zip's central directory. */
export interface ZipEntry {
  /** The path as the archive spells it. */
  readonly rawPath: string;
  /** Other readings of the path, if its encoding is unknown. */
  readonly spellings: readonly string[];
  /** The compression method (APPNOTE 4.4.5); 0 means stored. */
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc: number;
  /** The number of bytes in the zip. */
  readonly compressedSize: number;
  /** The number of bytes after decompression. */
  readonly size: number;
  /** The offset of its local header. */
  readonly offset: number;
}

/** The zip is truncated, or there is no zip structure at `position`. */
export class ZipDamaged extends Error {
  override readonly name = 'ZipDamaged';
  constructor(readonly position: number) {
    super(`no zip at ${position}`);
  }
}

/** The directory exceeds the limits. */
export class ZipTooLarge extends Error {
  override readonly name = 'ZipTooLarge';
  constructor(readonly entries: number) {
    super(`a zip of ${entries} entries`);
  }
}

/** The directory is held in memory, so a larger one is rejected before it is read. */
export interface ZipLimits {
  readonly entries: number;
  readonly directoryBytes: number;
}

const END = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const END64_LOCATOR = 0x07064b50;
const END64_LOCATOR_BYTES = 20;
const END64 = 0x06064b50;
const END64_BYTES = 56;
const CENTRAL = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL = 0x04034b50;
export const LOCAL_BYTES = 30;

/**
 * Reads the entries of a zip, zip64 included, in the order of its directory. Throws `ZipDamaged` or `ZipTooLarge`.
 */
export async function zipDirectory(source: RandomAccess, limits: ZipLimits): Promise<readonly ZipEntry[]> {
  const { count, size, offset, shift, isWide } = await findEnd(source);
  if (count > limits.entries || size > limits.directoryBytes) throw new ZipTooLarge(count);
  if (offset + size > source.size) throw new ZipDamaged(source.size);
  const bytes = await source.read(offset, offset + size);
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + CENTRAL_BYTES > bytes.length || view.getUint32(at, true) !== CENTRAL)
      throw new ZipDamaged(offset + at);
    const extraAt = at + CENTRAL_BYTES + view.getUint16(at + 28, true);
    const extraEnd = extraAt + view.getUint16(at + 30, true);
    const next = extraEnd + view.getUint16(at + 32, true);
    if (next > bytes.length) throw new ZipDamaged(offset + at);
    const flags = view.getUint16(at + 8, true);
    const extra = viewOf(bytes.subarray(extraAt, extraEnd));
    const { path, spellings } = zipName(
      bytes.subarray(at + CENTRAL_BYTES, extraAt),
      (flags & 0x800) !== 0,
      extra,
    );
    const wide = wideNumbers(
      {
        size: view.getUint32(at + 24, true),
        compressedSize: view.getUint32(at + 20, true),
        offset: view.getUint32(at + 42, true),
      },
      extra,
    );
    entries.push({
      rawPath: path,
      spellings,
      method: view.getUint16(at + 10, true),
      isEncrypted: (flags & 1) !== 0,
      crc: view.getUint32(at + 16, true),
      ...wide,
      offset: wide.offset + shift,
    });
    if (entries.length > limits.entries) throw new ZipTooLarge(entries.length);
    at = next;
  }
  // Without zip64 the count has 16 bits, and packers write a larger count modulo 65,536.
  const counted = isWide ? entries.length : entries.length % 0x10000;
  if (counted !== count) throw new ZipDamaged(offset + size);
  return entries;
}

/**
 * The offset of an entry's data: it follows the local header, whose length only that header gives. `header` is the
 * `LOCAL_BYTES` at the entry's offset. Throws `ZipDamaged`.
 */
export function dataStart({ offset }: ZipEntry, header: Uint8Array): number {
  const view = viewOf(header);
  if (header.length < LOCAL_BYTES || view.getUint32(0, true) !== LOCAL) throw new ZipDamaged(offset);
  return offset + LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
}

async function findEnd(source: RandomAccess) {
  const start = Math.max(0, source.size - MAX_COMMENT_BYTES - END_BYTES - END64_LOCATOR_BYTES);
  const tail = await source.read(start, source.size);
  const view = viewOf(tail);
  let at = tail.length - END_BYTES;
  while (at >= 0 && view.getUint32(at, true) !== END) at -= 1;
  if (at < 0) throw new ZipDamaged(source.size);
  const end = {
    count: view.getUint16(at + 10, true),
    size: view.getUint32(at + 12, true),
    offset: view.getUint32(at + 16, true),
  };
  const locator = at - END64_LOCATOR_BYTES;
  if (locator < 0 || view.getUint32(locator, true) !== END64_LOCATOR) {
    // Bytes before the zip, such as a self-extracting program, shift all offsets in the zip.
    const shift = start + at - end.size - end.offset;
    if (shift < 0) throw new ZipDamaged(source.size);
    return { ...end, offset: end.offset + shift, shift, isWide: false };
  }
  const from = Number(view.getBigUint64(locator + 8, true));
  const record = await source.read(from, from + END64_BYTES);
  const wide = viewOf(record);
  if (record.length < END64_BYTES || wide.getUint32(0, true) !== END64) throw new ZipDamaged(start + at);
  return {
    count: Number(wide.getBigUint64(32, true)),
    size: Number(wide.getBigUint64(40, true)),
    offset: Number(wide.getBigUint64(48, true)),
    shift: 0,
    isWide: true,
  };
}

/** Numbers that do not fit into 32 bits are in an extra field, in this order, and only if they are needed. */
function wideNumbers(
  short: { readonly size: number; readonly compressedSize: number; readonly offset: number },
  extra: DataView,
) {
  const wide = { ...short };
  for (let at = 0; at + 4 <= extra.byteLength;) {
    const end = at + 4 + extra.getUint16(at + 2, true);
    let from = at + 4;
    if (extra.getUint16(at, true) === 1) {
      for (const key of ['size', 'compressedSize', 'offset'] as const) {
        if (short[key] !== 0xffffffff || from + 8 > Math.min(end, extra.byteLength)) continue;
        wide[key] = Number(extra.getBigUint64(from, true));
        from += 8;
      }
    }
    at = end;
  }
  return wide;
}
