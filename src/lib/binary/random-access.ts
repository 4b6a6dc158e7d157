/** Bytes that can be read at any offset: a file, a part of one, or one that is decrypted while it is read. */
export interface RandomAccess {
  readonly size: number;
  /** Returns fewer bytes than requested only at the end. */
  read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>>;
}

export const blobAccess = (blob: Blob): RandomAccess => ({
  size: blob.size,
  read: async (from, to) => new Uint8Array(await blob.slice(from, to).arrayBuffer()),
});

export const partOf = (whole: RandomAccess, from: number, size: number): RandomAccess => ({
  size,
  read: (start, end) => whole.read(from + start, from + Math.min(end, size)),
});
