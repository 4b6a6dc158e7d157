import { AppError } from '$lib/domain/errors';
import { safePath } from '$lib/formats/paths';
import type { OpenedArchive } from '$lib/services/ports/archives';
import { crc32 } from './crc32';
import { inflate64 } from './inflate64';
import { methodName } from './packed-kind';
import type { RandomAccess } from './random-access';
import { zipDirectory, type ZipEntry } from './zip-directory';

const PIECE = 1 << 18;
const LOCAL_HEADER = 0x04034b50;

/**
 * A zip that is read where it lies: an entry's bytes come in pieces from the file, so that no archive, and no
 * whole entry of one, is ever held. What an entry unpacks to is held against its directory's size and checksum.
 */
export async function openZip(source: RandomAccess, name: string): Promise<OpenedArchive> {
  const unsafe: string[] = [];
  const entries = new Map<string, ZipEntry>();
  for (const entry of await zipDirectory(source, name)) {
    if (entry.rawPath.endsWith('/')) continue;
    const path = safePath(entry.rawPath);
    if (path === null || path === '') unsafe.push(entry.rawPath);
    else entries.set(path, entry);
  }
  const need = (path: string): ZipEntry => {
    const entry = entries.get(path);
    if (entry === undefined) throw new AppError('file-missing', { path });
    return entry;
  };
  return {
    name,
    paths: [...entries.keys()],
    unsafe,
    spellings: (path) => (entries.get(path)?.spellings ?? []).flatMap((one) => safePath(one) ?? []),
    bytes: (path) => bytesOf(source, need(path), path),
    size: (path) => need(path).size,
    async part(path) {
      const entry = need(path);
      if (entry.method !== 0) throw new AppError('archive-damaged', { path, position: entry.offset });
      return { from: await dataStart(source, entry, path), size: entry.size };
    },
  };
}

async function* bytesOf(source: RandomAccess, entry: ZipEntry, path: string): AsyncIterable<Uint8Array> {
  const damaged = (cause?: unknown) =>
    new AppError('archive-damaged', { path, position: entry.offset }, { cause });
  if (entry.isEncrypted) throw new AppError('archive-password', { path });
  const unpack = UNPACK.get(entry.method);
  if (unpack === undefined) throw new AppError('archive-method', { path, method: methodName(entry.method) });
  const start = await dataStart(source, entry, path);
  const raw = pieces(source, start, start + entry.compressedSize);
  let crc = 0;
  let size = 0;
  try {
    for await (const bytes of unpack(raw)) {
      size += bytes.length;
      if (size > entry.size) throw damaged();
      crc = crc32(bytes, crc);
      yield bytes;
    }
  } catch (error) {
    throw error instanceof AppError ? error : damaged(error);
  }
  if (size !== entry.size || crc !== entry.crc) throw damaged();
}

async function dataStart(source: RandomAccess, entry: ZipEntry, path: string): Promise<number> {
  const header = await source.read(entry.offset, entry.offset + 30);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header.length < 30 || view.getUint32(0, true) !== LOCAL_HEADER)
    throw new AppError('archive-damaged', { path, position: entry.offset });
  return entry.offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
}

async function* pieces(
  source: RandomAccess,
  from: number,
  to: number,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  for (let at = from; at < to; at += PIECE) yield source.read(at, Math.min(to, at + PIECE));
}

async function* inflated(raw: AsyncIterable<Uint8Array<ArrayBuffer>>): AsyncIterable<Uint8Array> {
  const source = raw[Symbol.asyncIterator]();
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const next = await source.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
  });
  const reader = packed.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** By the zip's number for the way an entry is packed. */
const UNPACK: ReadonlyMap<
  number,
  (raw: AsyncIterable<Uint8Array<ArrayBuffer>>) => AsyncIterable<Uint8Array>
> = new Map<number, (raw: AsyncIterable<Uint8Array<ArrayBuffer>>) => AsyncIterable<Uint8Array>>([
  [0, (raw) => raw],
  [8, inflated],
  [9, inflate64],
]);
