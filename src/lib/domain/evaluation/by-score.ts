const DIGITS = 1 << 16;

/**
 * All indices by descending score; equal scores keep their order. This is a radix sort instead of a comparison sort,
 * because there can be a hundred thousand: the bits of positive floats order like the numbers, so they are sorted by
 * sixteen bits at a time.
 */
export function byDescendingScore(score: Float64Array): Uint32Array {
  // Adding zero makes -0 and 0 the same.
  const bits = new Uint32Array(Float64Array.from(score, (value) => value + 0).buffer);
  for (let at = 0; at < bits.length; at += 2) {
    // For a descending order, every bit but the sign of a positive number is flipped; negative ones are in descending
    // order already.
    if (bits[at + 1]! >>> 31 === 1) continue;
    bits[at] = ~bits[at]!;
    bits[at + 1] = ~bits[at + 1]! & 0x7fffffff;
  }
  let order = Uint32Array.from(score.keys());
  const digits = new Uint16Array(bits.buffer);
  for (let digit = 0; digit < 4; digit += 1) {
    const digitOf = new Uint16Array(score.length);
    for (let at = 0; at < digitOf.length; at += 1) digitOf[at] = digits[at * 4 + digit]!;
    order = grouped(order, digitOf, DIGITS).places;
  }
  return order;
}

/** Indices of boxes, grouped by picture or label. */
export interface Groups {
  /** The indices of each group together, in their original order. */
  readonly places: Uint32Array<ArrayBuffer>;
  /** Start of each group in `places`, with one more entry for the end. */
  readonly starts: Uint32Array;
}

export function grouped(order: Uint32Array, groupOf: Uint16Array | Uint32Array, groupCount: number): Groups {
  const starts = new Uint32Array(groupCount + 1);
  for (let at = 0; at < order.length; at += 1) starts[groupOf[order[at]!]! + 1]! += 1;
  for (let at = 0; at < groupCount; at += 1) starts[at + 1]! += starts[at]!;
  const next = starts.slice();
  const places = new Uint32Array(order.length);
  for (let at = 0; at < order.length; at += 1) {
    const group = groupOf[order[at]!]!;
    places[next[group]!] = order[at]!;
    next[group]! += 1;
  }
  return { places, starts };
}

/** The picture index of each box, computed from the first box of each picture. */
export function pictureOfEach(starts: Uint32Array): Uint32Array {
  const pictures = new Uint32Array(starts.at(-1) ?? 0);
  for (let at = 0; at + 1 < starts.length; at += 1) pictures.fill(at, starts[at], starts[at + 1]);
  return pictures;
}
