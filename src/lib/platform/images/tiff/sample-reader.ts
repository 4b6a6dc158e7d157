import { viewOf } from '$lib/binary/bytes';

/** The number format of a sample. */
export interface SampleKind {
  /** 1 to 32, or 64. */
  readonly bits: number;
  /** 1 and 4 mean unsigned, 2 signed, 3 float. */
  readonly format: number;
}

const [SIGNED, FLOAT] = [2, 3];
/** The number of exponent bits of short floats: half precision, and the 24-bit float of technical note 3. */
const EXPONENT_BITS: Readonly<Record<number, number>> = { 16: 5, 24: 7 };

/** Reads the sample that starts at this bit of the block. */
export type ReadSample = (bit: number) => number;

/** The layout of the samples in a block. */
export interface SampleLayout {
  readonly isLittle: boolean;
  /** Whether every sample begins at a whole byte. */
  readonly isAligned: boolean;
}

/**
 * Samples of whole bytes are in the file's byte order; others are packed from the high bit, whatever the byte order
 * (TIFF 6.0, section 7, FillOrder).
 */
export function sampleReader(
  block: Uint8Array,
  { bits, format }: SampleKind,
  { isLittle, isAligned }: SampleLayout,
): ReadSample {
  const view = viewOf(block);
  if (format === FLOAT && bits === 32) return (bit) => view.getFloat32(bit / 8, isLittle);
  if (format === FLOAT && bits === 64) return (bit) => view.getFloat64(bit / 8, isLittle);
  const read: ReadSample = isAligned
    ? unsigned(block, view, bits, isLittle)
    : (bit) => packed(block, bit, bits);
  if (format === FLOAT) return (bit) => shortFloat(read(bit), bits);
  if (format === SIGNED) {
    const half = 2 ** (bits - 1);
    return (bit) => {
      const value = read(bit);
      return value >= half ? value - 2 * half : value;
    };
  }
  return read;
}

function unsigned(block: Uint8Array, view: DataView, bits: number, isLittle: boolean): ReadSample {
  switch (bits) {
    case 8:
      return (bit) => block[bit / 8]!;
    case 16:
      return (bit) => view.getUint16(bit / 8, isLittle);
    case 32:
      return (bit) => view.getUint32(bit / 8, isLittle);
    case 64:
      return (bit) => Number(view.getBigUint64(bit / 8, isLittle));
    case 24:
      return (bit) => {
        const [a, b, c] = [block[bit / 8]!, block[bit / 8 + 1]!, block[bit / 8 + 2]!];
        return isLittle ? a + b * 256 + c * 65536 : a * 65536 + b * 256 + c;
      };
    default:
      return (bit) => packed(block, bit, bits);
  }
}

function packed(block: Uint8Array, from: number, bits: number): number {
  let value = 0;
  for (let at = from, left = bits; left > 0;) {
    const inByte = at % 8;
    const taken = Math.min(left, 8 - inByte);
    const part = (block[(at - inByte) / 8]! >> (8 - inByte - taken)) & (2 ** taken - 1);
    value = value * 2 ** taken + part;
    at += taken;
    left -= taken;
  }
  return value;
}

function shortFloat(value: number, bits: number): number {
  const exponentBits = EXPONENT_BITS[bits]!;
  const fractionBits = bits - 1 - exponentBits;
  const sign = value >= 2 ** (bits - 1) ? -1 : 1;
  const exponent = Math.floor(value / 2 ** fractionBits) % 2 ** exponentBits;
  const fraction = (value % 2 ** fractionBits) / 2 ** fractionBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias));
}
