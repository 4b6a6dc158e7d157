const [CLEAR, END, FIRST] = [256, 257, 258];
const MAX_CODES = 4096;

/**
 * LZW as in TIFF 6.0, section 13: codes of 9 to 12 bits, high bit first, with the code width growing one code
 * early. Older files have codes low bit first, and without the early change; they are recognized by their clear
 * code, whose bytes are 0x00 0x01. A truncated block gives fewer than `length` bytes; the result is never longer.
 */
export function decodeLzw(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const isOld = bytes[0] === 0 && ((bytes[1] ?? 0) & 1) === 1;
  const out = new Uint8Array(length);
  // A code stands for another code plus one byte; its length gives its place in `out`.
  const prefix = new Uint16Array(MAX_CODES);
  const suffix = new Uint8Array(MAX_CODES);
  const first = new Uint8Array(MAX_CODES);
  const lengths = new Uint16Array(MAX_CODES);
  for (let code = 0; code < CLEAR; code += 1) {
    suffix[code] = first[code] = code;
    lengths[code] = 1;
  }
  let [size, width, previous, written] = [FIRST, 9, -1, 0];
  const totalBits = bytes.length * 8;
  for (let at = 0; at + width <= totalBits && written < length;) {
    const code = isOld ? lowBits(bytes, at, width) : highBits(bytes, at, width);
    at += width;
    if (code === END) break;
    if (code === CLEAR) {
      [size, width, previous] = [FIRST, 9, -1];
      continue;
    }
    if (code > size || (code === size && previous < 0)) break;
    if (previous >= 0 && size < MAX_CODES) {
      prefix[size] = previous;
      first[size] = first[previous]!;
      suffix[size] = first[code === size ? previous : code]!;
      lengths[size] = lengths[previous]! + 1;
      size += 1;
    }
    let end = written + lengths[code]!;
    written = Math.min(end, length);
    for (let now = code; ; now = prefix[now]!) {
      end -= 1;
      if (end < length) out[end] = suffix[now]!;
      if (lengths[now] === 1) break;
    }
    previous = code;
    if (size >= 2 ** width - (isOld ? 0 : 1) && width < 12) width += 1;
  }
  return out.subarray(0, written);
}

function highBits(bytes: Uint8Array, at: number, count: number): number {
  const byte = at >> 3;
  const three = (bytes[byte]! << 16) | ((bytes[byte + 1] ?? 0) << 8) | (bytes[byte + 2] ?? 0);
  return (three >> (24 - (at & 7) - count)) & (2 ** count - 1);
}

function lowBits(bytes: Uint8Array, at: number, count: number): number {
  const byte = at >> 3;
  const three = bytes[byte]! | ((bytes[byte + 1] ?? 0) << 8) | ((bytes[byte + 2] ?? 0) << 16);
  return (three >> (at & 7)) & (2 ** count - 1);
}
