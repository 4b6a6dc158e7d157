/** The order of tasks on the labelling page: task numbers, each once. */
export type LabelStream = Int32Array;

/** The number next to one in a stream; null past its ends, and for a number that is not in the stream. */
export function besideInStream(stream: LabelStream, number: number, step: 1 | -1): number | null {
  const at = stream.indexOf(number);
  return at < 0 ? null : (stream[at + step] ?? null);
}

/** All numbers of a stream once, starting after `number` and wrapping around the end. */
export function roundFrom(stream: LabelStream, number: number): LabelStream {
  const start = stream.indexOf(number) + 1;
  const turned = new Int32Array(stream.length);
  turned.set(stream.subarray(start));
  turned.set(stream.subarray(0, start), stream.length - start);
  return turned;
}

/** The numbers of a stream, shuffled by the seed alone (Fisher-Yates with a 32-bit generator). */
export function shuffled(stream: LabelStream, seed: number): LabelStream {
  const next = stream.slice();
  let state = seed >>> 0;
  const random = (below: number) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
  for (let at = next.length - 1; at > 0; at -= 1) {
    const other = random(at + 1);
    [next[at], next[other]] = [next[other]!, next[at]!];
  }
  return next;
}
