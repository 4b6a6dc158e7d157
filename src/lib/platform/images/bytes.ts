import { blobAccess, type RandomAccess } from '$lib/binary/random-access';

/** A file whose bytes are read on demand. */
export interface Bytes extends RandomAccess {
  /** The first bytes, already read: `HEAD_BYTES` of them, or fewer if the file is shorter. */
  readonly head: Uint8Array<ArrayBuffer>;
}

/** One read of this size covers the head of nearly every picture; more is read if a file needs it. */
export const HEAD_BYTES = 64 * 1024;

export async function bytesOf(file: Blob): Promise<Bytes> {
  const whole = blobAccess(file);
  const { size } = whole;
  const head = await whole.read(0, HEAD_BYTES);
  return {
    size,
    head,
    read: async (from, to) => {
      if (from >= size || from >= to) return new Uint8Array();
      const end = Math.min(to, size);
      return end <= head.length ? head.subarray(from, end) : whole.read(from, end);
    },
  };
}
