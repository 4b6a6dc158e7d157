import { crc32 } from '$lib/binary/crc32';
import type { RandomAccess } from '$lib/binary/random-access';
import {
  dataStart,
  LOCAL_BYTES,
  ZipDamaged,
  zipDirectory,
  ZipTooLarge,
  type ZipEntry,
  type ZipLimits,
} from '$lib/binary/zip-directory';
import { AppError } from '$lib/domain/errors';
import { safePath } from '$lib/formats/paths';
import type { OpenedArchive } from '$lib/services/ports/archives';
import { inflate64 } from './inflate64';
import { methodName } from './packed-kind';

const PIECE = 1 << 18;

/** No dataset has more entries or a larger directory, which would fill the memory before anything is read. */
const LIMITS: ZipLimits = { entries: 1_000_000, directoryBytes: 256 * 2 ** 20 };
/** Data that deflate expands by more than this factor is made to fill a disk. */
const MAX_RATIO = 250;
const HARMLESS_BYTES = 64 * 2 ** 20;

/**
 * Reads a zip in place: an entry's bytes are streamed from the file, so that neither the archive nor a whole entry
 * is ever in memory. Decompressed data is checked against the size and checksum in the directory.
 */
export async function openZip(source: RandomAccess, name: string): Promise<OpenedArchive> {
  const unsafe: string[] = [];
  const entries = new Map<string, ZipEntry>();
  for (const entry of await directoryOf(source, name)) {
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
      return { from: await startOf(source, entry, path), size: entry.size };
    },
  };
}

async function* bytesOf(source: RandomAccess, entry: ZipEntry, path: string): AsyncIterable<Uint8Array> {
  const damaged = (cause?: unknown) =>
    new AppError('archive-damaged', { path, position: entry.offset }, { cause });
  if (entry.isEncrypted) throw new AppError('archive-password', { path });
  const unpack = UNPACK.get(entry.method);
  if (unpack === undefined) throw new AppError('archive-method', { path, method: methodName(entry.method) });
  const start = await startOf(source, entry, path);
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

/** Reads the directory, and rejects a zip that is made to fill the memory or the disk. */
async function directoryOf(source: RandomAccess, name: string): Promise<readonly ZipEntry[]> {
  const entries = await asAppError(name, () => zipDirectory(source, LIMITS));
  let packed = 0;
  for (const { rawPath, size, compressedSize } of entries) {
    packed += compressedSize;
    const isBomb = size > HARMLESS_BYTES && size > compressedSize * MAX_RATIO;
    if (isBomb || packed > source.size)
      throw new AppError('archive-too-large', { path: rawPath, bytes: size });
  }
  return entries;
}

const startOf = (source: RandomAccess, entry: ZipEntry, path: string): Promise<number> =>
  asAppError(path, async () => dataStart(entry, await source.read(entry.offset, entry.offset + LOCAL_BYTES)));

async function asAppError<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ZipDamaged)
      throw new AppError('archive-damaged', { path, position: error.position }, { cause: error });
    if (error instanceof ZipTooLarge)
      throw new AppError('archive-too-large', { path, entries: error.entries }, { cause: error });
    throw error;
  }
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

/** Decompressors by the zip's compression method. */
const UNPACK: ReadonlyMap<
  number,
  (raw: AsyncIterable<Uint8Array<ArrayBuffer>>) => AsyncIterable<Uint8Array>
> = new Map<number, (raw: AsyncIterable<Uint8Array<ArrayBuffer>>) => AsyncIterable<Uint8Array>>([
  [0, (raw) => raw],
  [8, inflated],
  [9, inflate64],
]);
