/** Bytes that can be read from anywhere: a file, a part of one, or one that is decrypted as it is read. */
export interface RandomAccess {
  readonly size: number;
  /** Fewer bytes than asked for only at the end. */
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
