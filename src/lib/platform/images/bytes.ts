/** A file as bytes that are read where they are needed. */
export interface Bytes {
  readonly size: number;
  /** The first ones, read already; `HEAD_BYTES` of them where the file has so many. */
  readonly head: Uint8Array;
  /** From one place up to another, cut off at the file's end. */
  read(from: number, to: number): Promise<Uint8Array>;
}

/** Enough for the head of nearly every picture in one read; more is read where a file needs it. */
export const HEAD_BYTES = 64 * 1024;

export async function bytesOf(file: Blob): Promise<Bytes> {
  const slice = async (from: number, to: number) =>
    new Uint8Array(await file.slice(from, Math.min(to, file.size)).arrayBuffer());
  const head = await slice(0, HEAD_BYTES);
  return {
    size: file.size,
    head,
    read: async (from, to) => {
      if (from >= file.size || from >= to) return new Uint8Array();
      const end = Math.min(to, file.size);
      return end <= head.length ? head.subarray(from, end) : slice(from, end);
    },
  };
}

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const ascii = (text: string): readonly number[] => Array.from(text, (letter) => letter.charCodeAt(0));

export const isAt = (bytes: Uint8Array, at: number, mark: readonly number[] | string): boolean =>
  (typeof mark === 'string' ? ascii(mark) : mark).every((byte, i) => bytes[at + i] === byte);

/** Where a mark stands first; -1: nowhere. */
export function indexOf(bytes: Uint8Array, mark: readonly number[] | string): number {
  const codes = typeof mark === 'string' ? ascii(mark) : mark;
  for (let at = bytes.indexOf(codes[0]!); at >= 0; at = bytes.indexOf(codes[0]!, at + 1))
    if (isAt(bytes, at, codes)) return at;
  return -1;
}
