/** A view for reading numbers from the bytes. */
export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const ascii = (text: string): readonly number[] => Array.from(text, (letter) => letter.charCodeAt(0));

/** Whether the bytes contain `mark` at this offset. */
export const isAt = (bytes: Uint8Array, at: number, mark: readonly number[] | string): boolean =>
  (typeof mark === 'string' ? ascii(mark) : mark).every((byte, i) => bytes[at + i] === byte);

/** The first offset of `mark` in the bytes; -1 if they do not contain it. */
export function indexOf(bytes: Uint8Array, mark: readonly number[] | string): number {
  const codes = typeof mark === 'string' ? ascii(mark) : mark;
  for (let at = bytes.indexOf(codes[0]!); at >= 0; at = bytes.indexOf(codes[0]!, at + 1))
    if (isAt(bytes, at, codes)) return at;
  return -1;
}
