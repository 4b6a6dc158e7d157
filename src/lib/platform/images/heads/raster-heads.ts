import type { Size } from '$lib/domain/geometry';
import { indexOf, isAt, viewOf } from '$lib/binary/bytes';
import type { Bytes } from '../bytes';

/** The contents of a head: the size of the stored pixels, and their orientation. */
export interface StoredHead {
  readonly stored: Size;
  /** The EXIF orientation, 1 to 8; 1 means upright. */
  readonly orientation: number;
  /** The bytes of an EXIF block, which is a small TIFF file, if one was found. */
  readonly exif?: Uint8Array;
  /**
   * True for RGB or grey without profile, transparency or orientation: decoders then return the stored pixels.
   */
  readonly isPlain?: boolean;
  /** The kind of JPEG that no browser decodes. */
  readonly refusal?: string;
  /**
   * The kind of JPEG that is the probable reason if this browser cannot decode it; a number is the bits per sample.
   */
  readonly doubt?: string;
}

type ReadHead = (bytes: Bytes) => Promise<StoredHead | null>;

const upright = (width: number, height: number): StoredHead => ({
  stored: { width, height },
  orientation: 1,
});

/**
 * PNG specification 11.2.2 (IHDR, always first) and 11.3.3.5 (eXIf, anywhere). Chunks are skipped by their lengths.
 */
export const pngHead: ReadHead = async (bytes) => {
  if (bytes.head.length < 33 || !isAt(bytes.head, 12, 'IHDR')) return null;
  const head = viewOf(bytes.head);
  const found = upright(head.getUint32(16), head.getUint32(20));
  for (let at = 33; at + 8 <= bytes.size;) {
    const chunk = await bytes.read(at, at + 8);
    if (chunk.length < 8 || isAt(chunk, 4, 'IEND')) break;
    const length = viewOf(chunk).getUint32(0);
    if (isAt(chunk, 4, 'eXIf')) return { ...found, exif: await bytes.read(at + 8, at + 8 + length) };
    // After the pixels, eXIf is legal but rare; searching there would take a read for each of many small IDATs.
    if (isAt(chunk, 4, 'IDAT')) break;
    at += 12 + length;
  }
  return found;
};

/** The logical screen, or the first frame if that is larger: decoders show that (GIF89a, 18 to 20). */
export const gifHead: ReadHead = ({ head }) => {
  if (head.length < 13) return Promise.resolve(null);
  const view = viewOf(head);
  const tableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  let at = 13 + tableBytes(head[10]!);
  // An extension is a chain of blocks; each begins with its length, and an empty block ends it.
  while (head[at] === 0x21) {
    at += 2;
    while (head[at]) at += head[at]! + 1;
    at += 1;
  }
  if (head[at] === 0x2c && at + 9 <= head.length) {
    width = Math.max(width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true));
    height = Math.max(height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true));
  }
  return Promise.resolve(upright(width, height));
};

/** The old 12-byte header has 16-bit sides; a negative height means that rows run from the top. */
export const bmpHead: ReadHead = ({ head }) => {
  if (head.length < 26) return Promise.resolve(null);
  const view = viewOf(head);
  return Promise.resolve(
    view.getUint32(14, true) === 12
      ? upright(view.getUint16(18, true), view.getUint16(20, true))
      : upright(view.getInt32(18, true), Math.abs(view.getInt32(22, true))),
  );
};

/** An in-memory bitmap, without the 14 bytes of a file header. */
export const dibHead: ReadHead = ({ head }) => {
  const view = viewOf(head);
  return Promise.resolve(upright(view.getInt32(4, true), Math.abs(view.getInt32(8, true))));
};

/** EXIF orientations by quarter turns: not mirrored, mirrored top to bottom, mirrored left to right. */
const AVIF_ORIENTATIONS = [
  [1, 8, 3, 6],
  [4, 5, 2, 7],
  [2, 7, 4, 5],
] as const;

/**
 * `ispe` properties hold sizes; the largest is the picture's, since tiles and thumbnails are smaller. `irot`
 * rotates by counterclockwise quarter turns, then `imir` mirrors: 0 from top to bottom, 1 from left to right
 * (ISO/IEC 23008-12, 6.5.3, 6.5.10, 6.5.12).
 */
export const avifHead: ReadHead = ({ head }) => {
  const view = viewOf(head);
  let best: Size | null = null;
  let rest = head;
  for (let at = indexOf(rest, 'ispe'); at >= 0; at = indexOf(rest, 'ispe')) {
    const place = head.length - rest.length + at;
    if (place + 16 > head.length) break;
    const size = { width: view.getUint32(place + 8), height: view.getUint32(place + 12) };
    if (best === null || size.width * size.height > best.width * best.height) best = size;
    rest = rest.subarray(at + 4);
  }
  const turn = indexOf(head, 'irot');
  const quarters = turn < 0 ? 0 : head[turn + 4]! & 3;
  const mirror = indexOf(head, 'imir');
  const axis = mirror < 0 ? 0 : 1 + (head[mirror + 4]! & 1);
  return Promise.resolve(best && { stored: best, orientation: AVIF_ORIENTATIONS[axis]![quarters]! });
};
