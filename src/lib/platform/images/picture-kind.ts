import { ascii, indexOf, isAt, viewOf } from '$lib/binary/bytes';

/** The kinds that can be shown, and those that are refused by name. */
export type PictureKind =
  'jpeg' | 'png' | 'gif' | 'bmp' | 'dib' | 'webp' | 'avif' | 'tiff' | 'svg' | 'dicom' | 'heic';

const BMP_HEADERS: ReadonlySet<number> = new Set([12, 40, 52, 56, 64, 108, 124]);

/** Recognizes the kind by the first bytes, whatever the file's name is; null if it is unknown. */
export function kindOf(head: Uint8Array): PictureKind | null {
  if (isAt(head, 0, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (isAt(head, 0, [0x89, ...ascii('PNG\r\n'), 0x1a, 0x0a])) return 'png';
  if (isAt(head, 0, 'GIF8')) return 'gif';
  if (isAt(head, 0, 'RIFF') && isAt(head, 8, 'WEBP')) return 'webp';
  if (isTiff(head)) return 'tiff';
  if (isAt(head, 4, 'ftyp')) return brandOf(head);
  if (isAt(head, 0, 'BM') && head.length >= 26 && BMP_HEADERS.has(viewOf(head).getUint32(14, true)))
    return 'bmp';
  if (isAt(head, 128, 'DICM')) return 'dicom';
  if (isDib(head)) return 'dib';
  return isSvg(head) ? 'svg' : null;
}

/**
 * Sizes of bitmap headers without a file header; one plane and a known bit depth distinguish them from other files.
 */
const DIB_HEADERS: ReadonlySet<number> = new Set([40, 52, 56, 108, 124]);
const DIB_BITS: ReadonlySet<number> = new Set([1, 4, 8, 16, 24, 32]);
/** The highest number of a compression method: 0 is uncompressed, 5 an embedded PNG. */
const MAX_DIB_COMPRESSION = 5;

function isDib(head: Uint8Array): boolean {
  if (head.length < 40) return false;
  const view = viewOf(head);
  return (
    DIB_HEADERS.has(view.getUint32(0, true)) &&
    view.getUint16(12, true) === 1 &&
    DIB_BITS.has(view.getUint16(14, true)) &&
    view.getUint32(16, true) <= MAX_DIB_COMPRESSION &&
    view.getInt32(4, true) > 0 &&
    view.getInt32(8, true) !== 0
  );
}

/** Whether it is a classic TIFF (42) or a BigTIFF (43), in either byte order. */
export const isTiff = (head: Uint8Array): boolean =>
  isAt(head, 0, [0x49, 0x49, 42, 0]) ||
  isAt(head, 0, [0x49, 0x49, 43, 0]) ||
  isAt(head, 0, [0x4d, 0x4d, 0, 42]) ||
  isAt(head, 0, [0x4d, 0x4d, 0, 43]);

/**
 * The brands in the first box of the ISO base media file format (ISO/IEC 14496-12, 4.3; AV1 image file format, 6).
 */
function brandOf(head: Uint8Array): PictureKind | null {
  const brands = head.subarray(8, Math.min(head.length, viewOf(head).getUint32(0)));
  if (indexOf(brands, 'avif') >= 0 || indexOf(brands, 'avis') >= 0) return 'avif';
  return ['heic', 'heix', 'hevc', 'heim', 'mif1'].some((brand) => indexOf(brands, brand) >= 0)
    ? 'heic'
    : null;
}

const SVG_SEARCHED_BYTES = 4096;

/** Whether the text's first element is `svg`, after any declarations and comments. */
function isSvg(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head.subarray(0, SVG_SEARCHED_BYTES));
  const first = text.replace(
    /<\?[^]*?\?>|<!--[^]*?-->|<!DOCTYPE\s+svg[^>[]*(?:\[[^\]]*\])?[^>]*>|\uFEFF/gi,
    '',
  );
  return /^\s*<(?:\w+:)?svg[\s>]/i.test(first);
}
