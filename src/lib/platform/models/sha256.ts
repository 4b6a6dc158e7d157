import { toHex } from '$lib/binary/hex';

/** So much is in memory at a time, and is worked through between two frames. */
const PIECE_BYTES = 256 * 1024;

/** SHA-256 of a whole file, in hex, whatever its size: the browser's own digest would want it in one buffer. */
export async function sha256(file: Blob): Promise<string> {
  const { sha256: hasher } = await import('@noble/hashes/sha2.js');
  const hash = hasher.create();
  for (let at = 0; at < file.size; at += PIECE_BYTES)
    hash.update(new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer()));
  return toHex(hash.digest());
}
