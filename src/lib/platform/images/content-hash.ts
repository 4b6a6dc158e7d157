import { toHex } from '$lib/binary/hex';
import type { Bytes } from './bytes';

const BLOCK_BYTES = 64 * 1024;

/**
 * [Note: Content identity]
 * SHA-256 over the file's length and its first, middle and last 64 KB; a file of up to 192 KB is covered whole. It
 * takes at most three short reads, however large the file is. It cannot distinguish two files of the same length
 * that differ only between those blocks, such as an uncompressed picture that was painted over in one corner: such
 * an edit counts as the same content with another time. Compressed pictures that differ at all differ in length or
 * towards their ends.
 *
 * The hash is computed when a file is first inspected, and again only if its length or time has changed; a sync
 * without changes reads no content.
 */
export async function hashOf(bytes: Bytes): Promise<string> {
  const { size } = bytes;
  const middle = Math.floor(size / 2) - BLOCK_BYTES / 2;
  const blocks =
    size <= 3 * BLOCK_BYTES
      ? [await bytes.read(0, size)]
      : [
          await bytes.read(0, BLOCK_BYTES),
          await bytes.read(middle, middle + BLOCK_BYTES),
          await bytes.read(size - BLOCK_BYTES, size),
        ];
  const whole = await new Blob([`${size}:`, ...blocks.map((block) => Uint8Array.from(block))]).arrayBuffer();
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', whole)));
}
