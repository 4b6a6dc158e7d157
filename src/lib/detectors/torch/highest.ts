import { refusal } from './refusal';

/** One for each value of a float's upper half. */
const BUCKETS = 2 ** 16;
/** Used again and again: as much memory taken anew costs more than to count. */
const counts = new Uint32Array(BUCKETS);

/**
 * Numbers of the `count` highest values, highest first; of equal ones the earlier first. Counts how often each upper
 * half of a float occurs, so that only what lies near the cut and above it is sorted. Refuses values that are no numbers.
 */
export function highest(values: Float32Array, count: number): Uint32Array {
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

/** Rises with the float whose bits these are. */
const bucketOf = (bits: number) => ((bits ^ ((bits >> 31) & 0x7fffffff)) >> 16) + BUCKETS / 2;
