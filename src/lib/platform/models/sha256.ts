import { toHex } from '$lib/binary/hex';

/** This many bytes are in memory at a time, and are hashed between two frames. */
const PIECE_BYTES = 256 * 1024;

/** The SHA-256 of a file of any size, in hex: the browser's own digest needs the whole file in one buffer. */
export async function sha256(file: Blob): Promise<string> {
  const { sha256: hasher } = await import('@noble/hashes/sha2.js');
  const hash = hasher.create();
  for (let at = 0; at < file.size; at += PIECE_BYTES)
    hash.update(new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer()));
  return toHex(hash.digest());
}
