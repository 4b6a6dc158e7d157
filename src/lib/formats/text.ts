import { AppError } from '$lib/domain/errors';
import type { ArchiveReader } from './format';

/**
 * A file's text in pieces: UTF-8, or UTF-16 where its first bytes say so; a byte order mark is taken off.
 * Text in anything else is refused with the place of the first byte that does not fit.
 */
export async function* textOf(archive: ArchiveReader, path: string): AsyncIterable<string> {
  let decoder: TextDecoder | null = null;
  let seen = 0;
  for await (const bytes of joinedStart(archive.bytes(path))) {
    decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
    let text: string;
    try {
      text = decoder.decode(bytes, { stream: true });
    } catch (error) {
      throw new AppError('text-encoding', { path, position: seen + firstBad(bytes) }, { cause: error });
    }
    seen += bytes.length;
    if (text !== '') yield text;
  }
  try {
    decoder?.decode();
  } catch (error) {
    throw new AppError('text-encoding', { path, position: seen }, { cause: error });
  }
}

/** For small files: the whole text. */
export async function wholeText(archive: ArchiveReader, path: string): Promise<string> {
  let text = '';
  for await (const piece of textOf(archive, path)) text += piece;
  return text;
}

/** The first characters of a file, for telling what it is; empty where it is no text. */
export async function firstText(archive: ArchiveReader, path: string, length = 4096): Promise<string> {
  let text = '';
  try {
    for await (const piece of textOf(archive, path)) {
      text += piece;
      if (text.length >= length) break;
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
  return text.slice(0, length);
}

export async function* pieces(...text: readonly string[]): AsyncIterable<string> {
  await Promise.resolve();
  yield* text;
}

const encodingOf = (bytes: Uint8Array): string =>
  bytes[0] === 0xff && bytes[1] === 0xfe
    ? 'utf-16le'
    : bytes[0] === 0xfe && bytes[1] === 0xff
      ? 'utf-16be'
      : 'utf-8';

/** The first piece is at least the two bytes that tell the encoding. */
async function* joinedStart(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let start: Uint8Array | null = null;
  for await (const bytes of source) {
    if (start !== null && start.length < 2) {
      const joined: Uint8Array = new Uint8Array(start.length + bytes.length);
      joined.set(start);
      joined.set(bytes, start.length);
      start = joined;
      if (joined.length >= 2) yield joined;
    } else if (start === null) {
      start = bytes;
      if (bytes.length >= 2) yield bytes;
    } else yield bytes;
  }
  if (start !== null && start.length < 2) yield start;
}

/** Which byte of a piece is the first that cannot be UTF-8, by halving; only asked when one is. */
function firstBad(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return good;
}
