import { viewOf } from './bytes';
import type { RandomAccess } from './random-access';
import { zipName } from './zip-names';

/** One entry as the zip's directory at its end describes it. */
export interface ZipEntry {
  /** As the archive spells it. */
  readonly rawPath: string;
  /** What else its bytes may spell, where nothing says in which encoding they are. */
  readonly spellings: readonly string[];
  /** How it is packed (APPNOTE 4.4.5); 0: stored as it is. */
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc: number;
  /** In bytes, as it lies in the zip. */
  readonly compressedSize: number;
  /** In bytes, unpacked. */
  readonly size: number;
  /** Of its local header. */
  readonly offset: number;
}

/** The zip is cut off, or no zip stands at `position`. */
export class ZipDamaged extends Error {
  override readonly name = 'ZipDamaged';
  constructor(readonly position: number) {
    super(`no zip at ${position}`);
  }
}

/** The directory is larger than its reader takes. */
export class ZipTooLarge extends Error {
  override readonly name = 'ZipTooLarge';
  constructor(readonly entries: number) {
    super(`a zip of ${entries} entries`);
  }
}

/** The directory is held in memory: more than this is refused before it is read. */
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

/** The entries of a zip, zip64 included, in the order of its directory. Throws `ZipDamaged` or `ZipTooLarge`. */
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
  // Without zip64 the count has sixteen bits, and packers write what is left of a larger one.
  const counted = isWide ? entries.length : entries.length % 0x10000;
  if (counted !== count) throw new ZipDamaged(offset + size);
  return entries;
}

/**
 * Where an entry's bytes begin: behind its own header, whose length only that header tells. `header`: the
 * `LOCAL_BYTES` from the entry's offset on. Throws `ZipDamaged`.
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
    // Whatever stands before the zip, a program that unpacks itself for one, shifts what the zip says of its places.
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

/** Numbers that do not fit into 32 bits stand in an extra field, in this order, each only where it is needed. */
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
