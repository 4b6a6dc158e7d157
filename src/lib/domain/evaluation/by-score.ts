const DIGITS = 1 << 16;

/**
 * All places by falling score; equal scores stay in their order. A hundred thousand are not compared but counted:
 * the bits of positive numbers stand in the order of the numbers, so they are sorted by sixteen bits at a time.
 */
export function byFallingScore(score: Float64Array): Uint32Array {
  // Adding zero makes both zeros the same.
  const bits = new Uint32Array(Float64Array.from(score, (value) => value + 0).buffer);
  for (let at = 0; at < bits.length; at += 2) {
    // Falling: of positive numbers every bit but the sign is turned; negative ones stand in falling order already.
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

/** Places of boxes by some group of theirs. */
export interface Groups {
  /** Those of a group together, in the order that they came in. */
  readonly places: Uint32Array<ArrayBuffer>;
  /** Where each group begins in `places`; one more at the end. */
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

/** The picture of each box, from where the boxes of each picture begin. */
export function pictureOfEach(starts: Uint32Array): Uint32Array {
  const pictures = new Uint32Array(starts.at(-1) ?? 0);
  for (let at = 0; at + 1 < starts.length; at += 1) pictures.fill(at, starts[at], starts[at + 1]);
  return pictures;
}
