import { readRange } from './ranges';
import { refusal } from './refusal';

export interface ZipEntry {
  /** 0: stored as it is. */
  readonly method: number;
  /** In bytes, unpacked. */
  readonly size: number;
  /** Of its local header. */
  readonly offset: number;
}

const END = 0x06054b50;
const END_BYTES = 22;
const LOCATOR64 = 0x07064b50;
const LOCATOR64_BYTES = 20;
const END64 = 0x06064b50;
const END64_BYTES = 56;
const CENTRAL = 0x02014b50;
const CENTRAL_BYTES = 46;
const MAX_COMMENT_BYTES = 65_535;
/** More than a hundred thousand tensors need. */
const MAX_DIRECTORY_BYTES = 32 * 2 ** 20;

/** Entries by path, from the directory at the zip's end; zip64 included. Refuses a zip cut short. */
export async function readZipEntries(file: Blob): Promise<ReadonlyMap<string, ZipEntry>> {
  const { size, offset } = await findDirectory(file);
  if (size > MAX_DIRECTORY_BYTES) throw refusal('unsafe-pickle');
  const bytes = await readRange(file, offset, offset + size);
  const view = new DataView(bytes.buffer);
  const entries = new Map<string, ZipEntry>();
  for (let at = 0; at < bytes.length;) {
    if (at + CENTRAL_BYTES > bytes.length || view.getUint32(at, true) !== CENTRAL) throw refusal('truncated');
    const extraAt = at + CENTRAL_BYTES + view.getUint16(at + 28, true);
    const extraEnd = extraAt + view.getUint16(at + 30, true);
    const next = extraEnd + view.getUint16(at + 32, true);
    if (next > bytes.length) throw refusal('truncated');
    const path = new TextDecoder().decode(bytes.subarray(at + CENTRAL_BYTES, extraAt));
    const [entrySize, , entryOffset] = wideNumbers(
      [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)],
      new DataView(bytes.buffer, extraAt, extraEnd - extraAt),
    );
    entries.set(path, { method: view.getUint16(at + 10, true), size: entrySize, offset: entryOffset });
    at = next;
  }
  return entries;
}

async function findDirectory(file: Blob): Promise<{ readonly size: number; readonly offset: number }> {
  const start = Math.max(0, file.size - MAX_COMMENT_BYTES - END_BYTES - LOCATOR64_BYTES);
  const tail = await readRange(file, start, file.size);
  const view = new DataView(tail.buffer);
  let at = tail.length - END_BYTES;
  while (at >= 0 && view.getUint32(at, true) !== END) at -= 1;
  if (at < 0) throw refusal('truncated');
  const locator = at - LOCATOR64_BYTES;
  if (locator < 0 || view.getUint32(locator, true) !== LOCATOR64)
    return { size: view.getUint32(at + 12, true), offset: view.getUint32(at + 16, true) };
  const from = Number(view.getBigUint64(locator + 8, true));
  const record = new DataView((await readRange(file, from, from + END64_BYTES)).buffer);
  if (record.getUint32(0, true) !== END64) throw refusal('truncated');
  return { size: Number(record.getBigUint64(40, true)), offset: Number(record.getBigUint64(48, true)) };
}

type Numbers = readonly [size: number, packed: number, offset: number];

/** Numbers that do not fit into 32 bits stand in an extra field, in this order, each only where it is needed. */
function wideNumbers(short: Numbers, extra: DataView): Numbers {
  for (let at = 0; at + 4 <= extra.byteLength;) {
    const end = at + 4 + extra.getUint16(at + 2, true);
    if (extra.getUint16(at, true) === 1) {
      let from = at + 4;
      const wide = short.map((number) => {
        if (number !== 0xffffffff || from + 8 > Math.min(end, extra.byteLength)) return number;
        from += 8;
        return Number(extra.getBigUint64(from - 8, true));
      });
      return [wide[0]!, wide[1]!, wide[2]!];
    }
    at = end;
  }
  return short;
}
