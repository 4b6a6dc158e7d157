import { AppError } from '$lib/domain/errors';
import type { ArchiveReader } from './format';

/**
 * Decodes a file in pieces: as UTF-8, or by its byte order mark or XML declaration; the byte order mark is removed.
 * Throws with the position of the first byte that does not fit the encoding.
 */
export async function* textOf(archive: ArchiveReader, path: string): AsyncIterable<string> {
  let decoder: TextDecoder | null = null;
  let seen = 0;
  for await (const bytes of joinedStart(archive.bytes(path))) {
    decoder ??= new TextDecoder(encodingOf(bytes, path), { fatal: true });
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

/** Decodes a small file as a whole. */
export async function wholeText(archive: ArchiveReader, path: string): Promise<string> {
  let text = '';
  for await (const piece of textOf(archive, path)) text += piece;
  return text;
}

/** The first characters of a file, for recognizing it; empty if it is no text. */
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

/**
 * The encoding by the first bytes: a byte order mark, two-byte characters, or an XML declaration; else UTF-8.
 */
function encodingOf(bytes: Uint8Array, path: string): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== undefined && first > 0 && second === 0) return 'utf-16le';
  if (first === 0 && second !== undefined && second > 0) return 'utf-16be';
  const start = String.fromCharCode(...bytes.subarray(0, START));
  const declared = /^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/.exec(start)?.[1];
  // One-byte characters cannot be UTF-16, whatever is declared: editors convert a file and leave its first line.
  if (declared === undefined || /^(utf-?16|ucs-?2|utf-?32)/i.test(declared)) return 'utf-8';
  try {
    return new TextDecoder(declared.trim()).encoding;
  } catch (error) {
    throw new AppError('text-encoding', { path, position: 0 }, { cause: error });
  }
}

/** The number of bytes that suffice to detect the encoding. */
const START = 200;

/** Joins the first pieces until they suffice to detect the encoding. */
async function* joinedStart(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let start = new Uint8Array(0);
  let isWhole = false;
  for await (const bytes of source) {
    if (isWhole) {
      yield bytes;
      continue;
    }
    const joined = new Uint8Array(start.length + bytes.length);
    joined.set(start);
    joined.set(bytes, start.length);
    start = joined;
    if (start.length < START) continue;
    isWhole = true;
    yield start;
  }
  if (!isWhole && start.length > 0) yield start;
}

/**
 * The index of the first byte of a piece that is invalid UTF-8, by bisection; called only for an invalid piece.
 */
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
