const POWERS = Float64Array.from({ length: 32 }, (_, exponent) => 2 ** (exponent - 25));

/** Decodes half-precision bits. */
export function fromFloat16(bits: Uint16Array): Float32Array {
  const values = new Float32Array(bits.length);
  for (let at = 0; at < bits.length; at += 1) {
    const half = bits[at]!;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    const size =
      exponent === 0
        ? fraction * 2 ** -24
        : exponent === 31
          ? fraction === 0
            ? Infinity
            : NaN
          : (1024 + fraction) * POWERS[exponent]!;
    values[at] = half & 0x8000 ? -size : size;
  }
  return values;
}

/** Encodes as half precision: rounds to nearest, ties to even, and overflows to infinity. */
export function toFloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(values.length);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    const sign = (word >>> 16) & 0x8000;
    const size = word & 0x7fffffff;
    if (size > 0x7f800000) bits[at] = sign | 0x7e00;
    else if (size >= 0x477ff000) bits[at] = sign | 0x7c00;
    else if (size < 0x38800000) bits[at] = sign | subnormal(Math.abs(values[at]!));
    else bits[at] = sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
  }
  return bits;
}

/** The bits of a number below the smallest normal half: a multiple of 2^-24. */
function subnormal(size: number): number {
  const steps = size * 2 ** 24;
  const below = Math.floor(steps);
  const rest = steps - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
