import type { ErrorCode } from '$lib/domain/errors';

/** Bytes enough to tell the kind of any picture. */
export const HEAD_BYTES = 64;
/** Bytes enough to see how a file ends. */
export const TAIL_BYTES = 4096;

/**
 * Why a file cannot be shown, read from its first and last bytes; null where nothing speaks against it.
 * The kind is told from the content, whatever the name says. Browsers show half a JPEG without a word, so
 * JPEG and PNG files are asked for their end marks (ITU T.81 B.1.1.3; PNG specification 5.6).
 */
export function problemOf(
  head: Uint8Array,
  tail: Uint8Array,
): Extract<ErrorCode, `picture-${string}`> | null {
  if (head.length === 0) return 'picture-empty';
  if (startsWith(head, [0xff, 0xd8, 0xff])) return holds(tail, [0xff, 0xd9]) ? null : 'picture-truncated';
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47]))
    return holds(tail, ascii('IEND')) ? null : 'picture-truncated';
  if (startsWith(head, ascii('GIF8')) || startsWith(head, ascii('BM'))) return null;
  if (startsWith(head, ascii('RIFF')) && holds(head.subarray(8, 12), ascii('WEBP'))) return null;
  if (holds(head.subarray(4, 32), ascii('ftypavi')) || holds(head.subarray(4, 32), ascii('avif')))
    return null;
  return 'picture-unsupported';
}

const ascii = (text: string): readonly number[] => Array.from(text, (letter) => letter.charCodeAt(0));
const startsWith = (bytes: Uint8Array, mark: readonly number[]): boolean =>
  mark.every((byte, i) => bytes[i] === byte);

function holds(bytes: Uint8Array, mark: readonly number[]): boolean {
  for (let at = 0; at + mark.length <= bytes.length; at += 1)
    if (mark.every((byte, i) => bytes[at + i] === byte)) return true;
  return false;
}
