import { isAt, viewOf } from '$lib/binary/bytes';
import type { Bytes } from '../bytes';
import type { StoredHead } from './raster-heads';

/** The number of bytes that are read at once after the first bytes. */
const WINDOW_BYTES = 16 * 1024;
/** If there is no frame in this many bytes, the search ends. */
const SEARCHED_BYTES = 32 * 1024 * 1024;

/** Whether the marker is a start of frame: C0 to CF, except for tables and arithmetic conditioning. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** The lossless processes of ITU T.81, table B.1. */
const LOSSLESS: ReadonlySet<number> = new Set([0xc3, 0xc7, 0xcb, 0xcf]);
const HIERARCHICAL: ReadonlySet<number> = new Set([0xc5, 0xc6, 0xcd, 0xce]);
const ARITHMETIC: ReadonlySet<number> = new Set([0xc9, 0xca]);

/** The processes that no browser decodes, and those that only some browsers may decode. */
function processOf(marker: number, bits: number): Pick<StoredHead, 'refusal' | 'doubt'> {
  if (LOSSLESS.has(marker)) return { refusal: 'lossless' };
  if (HIERARCHICAL.has(marker)) return { refusal: 'hierarchical' };
  if (ARITHMETIC.has(marker)) return { doubt: 'arithmetic' };
  return bits === 8 ? {} : { doubt: String(bits) };
}

/**
 * Reads the frame's size, and the EXIF block and colour profile before it (ITU T.81 B.1.1; EXIF 2.32, 4.7; ICC.1
 * B.4). Segments are skipped by their lengths, so a large colour profile takes no reading; bytes between segments
 * are skipped too.
 */
export async function jpegHead(bytes: Bytes): Promise<StoredHead | null> {
  let exif: Uint8Array | undefined;
  let hasProfile = false;
  let [start, window] = [0, bytes.head];
  const need = async (from: number, count: number): Promise<Uint8Array> => {
    if (from < start || from + count > start + window.length) {
      start = from;
      window = await bytes.read(from, from + Math.max(count, WINDOW_BYTES));
    }
    return window.subarray(from - start, from - start + count);
  };
  for (let at = 2; at < Math.min(bytes.size, SEARCHED_BYTES);) {
    const [mark, marker] = await need(at, 2);
    if (mark === undefined || marker === undefined) return null;
    // This is no marker yet, or a fill byte before one.
    if (mark !== 0xff || marker === 0xff || marker === 0) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker === 0xd9) return null;
    else {
      const head = await need(at + 2, 8);
      if (head.length < 2) return null;
      const length = viewOf(head).getUint16(0);
      if (isFrame(marker)) {
        if (head.length < 7) return null;
        const view = viewOf(head);
        const stored = { width: view.getUint16(5), height: view.getUint16(3) };
        const process = processOf(marker, view.getUint8(2));
        const isPlain = !hasProfile && exif === undefined && (head[7] === 1 || head[7] === 3);
        return { stored, orientation: 1, isPlain, ...process, ...(exif ? { exif } : {}) };
      }
      if (marker === 0xe1 && exif === undefined) {
        const block = await need(at + 4, Math.max(0, length - 2));
        if (isAt(block, 0, 'Exif\0\0')) exif = block.slice(6);
      } else if (marker === 0xe2) hasProfile ||= isAt(await need(at + 4, 12), 0, 'ICC_PROFILE\0');
      at += 2 + Math.max(2, length);
    }
  }
  return null;
}
