import type { Size } from '$lib/domain/geometry';
import { isAt, viewOf } from '$lib/binary/bytes';
import type { Bytes } from '../bytes';
import type { StoredHead } from './raster-heads';

/** Of VP8X: an EXIF chunk follows (WebP container specification, extended file format). */
const EXIF_FLAG = 0x08;
const [RIFF_BYTES, FIRST_CHUNK, FLAGS_AT] = [8, 12, 20];

/** A chunk and where it lies, its 8 bytes of name and length included. */
interface Chunk {
  readonly from: number;
  readonly to: number;
  /** Of its content; the rest up to `to` makes it even. */
  readonly length: number;
}

/** The three kinds of first chunk: VP8X with the canvas, VP8L and VP8 with the picture. EXIF follows the pixels. */
export async function webpHead(bytes: Bytes): Promise<StoredHead | null> {
  const { head } = bytes;
  if (head.length < 30) return null;
  const found: StoredHead = { stored: sizeOf(head), orientation: 1 };
  const chunk = await exifChunk(bytes);
  if (chunk === null) return found;
  const exif = await bytes.read(chunk.from + 8, chunk.from + 8 + chunk.length);
  // Some writers put the mark of JPEG's block before it.
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

/** Chunks are stepped over by their lengths; null: the file has no EXIF. */
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
 * The file without its EXIF: Chromium shows WebP as it is stored, others may turn it. Turned by nobody, it can be
 * turned here, everywhere alike.
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
