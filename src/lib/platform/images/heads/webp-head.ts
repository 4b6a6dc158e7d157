import type { Size } from '$lib/domain/geometry';
import { isAt, viewOf } from '$lib/binary/bytes';
import type { Bytes } from '../bytes';
import type { StoredHead } from './raster-heads';

/** A flag of VP8X: an EXIF chunk follows (WebP container specification, extended file format). */
const EXIF_FLAG = 0x08;
const [RIFF_BYTES, FIRST_CHUNK, FLAGS_AT] = [8, 12, 20];

/** A chunk and its place, including the 8 bytes of its name and length. */
interface Chunk {
  readonly from: number;
  readonly to: number;
  /** The length of its content; the bytes after it up to `to` are padding to an even length. */
  readonly length: number;
}

/** The first chunk is VP8X with the canvas size, or VP8L or VP8 with the picture. EXIF follows the pixels. */
export async function webpHead(bytes: Bytes): Promise<StoredHead | null> {
  const { head } = bytes;
  if (head.length < 30) return null;
  const found: StoredHead = { stored: sizeOf(head), orientation: 1 };
  const chunk = await exifChunk(bytes);
  if (chunk === null) return found;
  const exif = await bytes.read(chunk.from + 8, chunk.from + 8 + chunk.length);
  // Some writers put JPEG's EXIF marker before it.
  return { ...found, exif: isAt(exif, 0, 'Exif\0\0') ? exif.subarray(6) : exif };
}

function sizeOf(head: Uint8Array): Size {
  const view = viewOf(head);
  if (isAt(head, 12, 'VP8X')) {
    const uint24 = (at: number) => view.getUint16(at, true) + (head[at + 2]! << 16);
    return { width: uint24(24) + 1, height: uint24(27) + 1 };
  }
  if (isAt(head, 12, 'VP8L')) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
}

/** Finds the EXIF chunk by skipping chunks by their lengths; null if the file has none. */
async function exifChunk(bytes: Bytes): Promise<Chunk | null> {
  if (!isAt(bytes.head, FIRST_CHUNK, 'VP8X') || (bytes.head[FLAGS_AT]! & EXIF_FLAG) === 0) return null;
  for (let at = FIRST_CHUNK; at + 8 <= bytes.size;) {
    const lead = await bytes.read(at, at + 8);
    const length = viewOf(lead).getUint32(4, true);
    const to = Math.min(at + 8 + length + (length % 2), bytes.size);
    if (isAt(lead, 0, 'EXIF')) return { from: at, to, length };
    at = to;
  }
  return null;
}

/**
 * The file without its EXIF: Chromium shows WebP as it is stored, while other browsers may rotate it. Without EXIF,
 * no browser rotates it, so it is rotated here, in all browsers alike.
 */
export async function withoutExif(file: Blob, bytes: Bytes): Promise<Blob> {
  const chunk = await exifChunk(bytes);
  if (chunk === null) return file;
  const lead = bytes.head.slice(0, FLAGS_AT + 1);
  const view = viewOf(lead);
  view.setUint32(4, file.size - RIFF_BYTES - (chunk.to - chunk.from), true);
  view.setUint8(FLAGS_AT, view.getUint8(FLAGS_AT) & ~EXIF_FLAG);
  return new Blob([lead, file.slice(FLAGS_AT + 1, chunk.from), file.slice(chunk.to)], { type: 'image/webp' });
}
