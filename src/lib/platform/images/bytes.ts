import { blobAccess, type RandomAccess } from '$lib/binary/random-access';

/** A file as bytes that are read where they are needed. */
export interface Bytes extends RandomAccess {
  /** The first ones, read already; `HEAD_BYTES` of them where the file has so many. */
  readonly head: Uint8Array<ArrayBuffer>;
}

/** Enough for the head of nearly every picture in one read; more is read where a file needs it. */
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
