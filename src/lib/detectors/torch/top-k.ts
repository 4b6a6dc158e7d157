import { refusal } from './refusal';

/** There is one bucket for each value of a float's upper 16 bits. */
const BUCKETS = 2 ** 16;
/** Reused by every call, because allocating as much memory costs more than counting. */
const counts = new Uint32Array(BUCKETS);

/**
 * The indices of the `count` highest values, by descending value; equal values keep their order. A histogram over
 * the upper halves of the floats leaves only few values to sort. Throws if a value is NaN.
 */
export function topK(values: Float32Array, count: number): Uint32Array {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  counts.fill(0);
  for (let at = 0; at < bits.length; at += 1) {
    if (Number.isNaN(values[at]!)) throw refusal('outputs-nan');
    counts[bucketOf(bits[at]!)]! += 1;
  }
  let lowest = BUCKETS;
  let found = 0;
  while (lowest > 0 && found < count) found += counts[(lowest -= 1)]!;
  const candidates = new Uint32Array(found);
  let filled = 0;
  for (let at = 0; at < bits.length; at += 1) if (bucketOf(bits[at]!) >= lowest) candidates[filled++] = at;
  return candidates.sort((a, b) => values[b]! - values[a]! || a - b).subarray(0, count);
}

/** Rises with the float that has these bits. */
const bucketOf = (bits: number) => ((bits ^ ((bits >> 31) & 0x7fffffff)) >> 16) + BUCKETS / 2;
