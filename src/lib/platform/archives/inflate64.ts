/**
 * Deflate64 (zip method 9), which Windows packs large folders with and browsers cannot decompress: deflate with a
 * window of 64 KB, two more distances, and a longest match whose length has sixteen bits (APPNOTE 4.4.5). Blocks
 * and codes are those of RFC 1951.
 */

const WINDOW = 1 << 16;
/** The number of bytes that are yielded at once. */
const PORTION = 1 << 15;

/** For each length code from 257 on: the shortest length, and the number of extra bits. */
const LENGTHS = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 3,
];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 16];
/** The order in which a block gives the lengths of the codes of its code lengths. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

export async function* inflate64(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const bits = new Bits(source);
  const window = new Uint8Array(WINDOW);
  let at = 0;
  let handedOn = 0;
  const portion = (): Uint8Array => {
    const [from, to] = [handedOn & (WINDOW - 1), at & (WINDOW - 1)];
    handedOn = at;
    if (to > from || to === 0) return window.slice(from, to === 0 ? WINDOW : to);
    const bytes = new Uint8Array(WINDOW - from + to);
    bytes.set(window.subarray(from));
    bytes.set(window.subarray(0, to), WINDOW - from);
    return bytes;
  };
  for (let isLast = false; !isLast;) {
    isLast = (await bits.take(1)) === 1;
    const kind = await bits.take(2);
    if (kind === 3) throw new Error('no block of deflate');
    if (kind === 0) {
      bits.toByte();
      const length = await bits.take(16);
      if ((await bits.take(16)) !== (length ^ 0xffff))
        throw new Error('a stored block whose length is wrong');
      for (let left = length; left > 0; left -= 1) {
        window[at & (WINDOW - 1)] = await bits.take(8);
        at += 1;
        if (at - handedOn >= PORTION) yield portion();
      }
      continue;
    }
    const [literals, distances] = kind === 1 ? FIXED : await codesOf(bits);
    for (;;) {
      // Buffers as many bits as the longest step takes, if the source has them, so that nothing below has to await.
      if (!bits.isReady()) await bits.fetch();
      const symbol = bits.symbol(literals);
      if (symbol === 256) break;
      if (symbol < 256) {
        window[at & (WINDOW - 1)] = symbol;
        at += 1;
      } else {
        const code = symbol - 257;
        if (code >= LENGTHS.length) throw new Error('no length of deflate');
        const length = LENGTHS[code]! + bits.now(LENGTH_BITS[code]!);
        if (!bits.isReady()) await bits.fetch();
        const far = bits.symbol(distances);
        const extra = far < 4 ? 0 : (far >> 1) - 1;
        const distance = far < 4 ? far + 1 : ((2 + (far & 1)) << extra) + 1 + bits.now(extra);
        if (distance > at) throw new Error('a distance before the start');
        // A match may be longer than the output buffer.
        for (let left = length; left > 0; left -= 1) {
          window[at & (WINDOW - 1)] = window[(at - distance) & (WINDOW - 1)]!;
          at += 1;
          if (at - handedOn >= PORTION) yield portion();
        }
      }
      if (at - handedOn >= PORTION) yield portion();
    }
  }
  if (at > handedOn) yield portion();
}

const POWERS = Float64Array.from({ length: 48 }, (_, at) => 2 ** at);

/** Reads bits, from the least significant bit of each byte on. */
class Bits {
  readonly #source: AsyncIterator<Uint8Array>;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #held = 0;
  #count = 0;
  #isOver = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Buffers at least 31 bits from the current piece; returns false if more bytes have to be fetched first. */
  isReady(): boolean {
    // 38 bits fit into the integers that a double holds exactly.
    while (this.#count < 31) {
      if (this.#at >= this.#bytes.length) return this.#isOver;
      this.#held += this.#bytes[this.#at]! * POWERS[this.#count]!;
      this.#at += 1;
      this.#count += 8;
    }
    return true;
  }

  /** Fetches until 31 bits are buffered, or the source has ended. */
  async fetch(): Promise<void> {
    while (!this.isReady()) {
      const next = await this.#source.next();
      if (next.done) this.#isOver = true;
      else [this.#bytes, this.#at] = [next.value, 0];
    }
  }

  async take(count: number): Promise<number> {
    if (!this.isReady()) await this.fetch();
    return this.now(count);
  }

  now(count: number): number {
    if (count > this.#count) throw new Error('cut off');
    const power = POWERS[count]!;
    const value = this.#held % power;
    this.#held = (this.#held - value) / power;
    this.#count -= count;
    return value;
  }

  toByte(): void {
    this.now(this.#count % 8);
  }

  /** The next symbol of a code, bit by bit (RFC 1951, 3.2.2). */
  symbol({ counts, symbols }: Code): number {
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; length < counts.length; length += 1) {
      code |= this.now(1);
      const count = counts[length]!;
      if (code - count < first) return symbols[index + (code - first)]!;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new Error('no symbol of its code');
  }
}

/** A Huffman code: the number of symbols of each length, and the symbols in the order of their codes. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

function codeOf(lengths: readonly number[]): Code {
  const counts = new Uint16Array(16);
  for (const length of lengths) if (length > 0) counts[length]! += 1;
  const places = new Uint16Array(16);
  for (let length = 1; length < 15; length += 1) places[length + 1] = places[length]! + counts[length]!;
  const symbols = new Uint16Array(lengths.length);
  for (const [symbol, length] of lengths.entries())
    if (length > 0) {
      symbols[places[length]!] = symbol;
      places[length]! += 1;
    }
  return { counts, symbols };
}

const FIXED = [
  codeOf(Array.from({ length: 288 }, (_, at) => (at < 144 ? 8 : at < 256 ? 9 : at < 280 ? 7 : 8))),
  codeOf(Array<number>(32).fill(5)),
] as const;

async function codesOf(bits: Bits): Promise<readonly [Code, Code]> {
  const literals = (await bits.take(5)) + 257;
  const distances = (await bits.take(5)) + 1;
  const lengthCount = (await bits.take(4)) + 4;
  const ofLengths = Array<number>(19).fill(0);
  for (const symbol of ORDER.slice(0, lengthCount)) ofLengths[symbol] = await bits.take(3);
  const code = codeOf(ofLengths);
  const lengths: number[] = [];
  while (lengths.length < literals + distances) {
    if (!bits.isReady()) await bits.fetch();
    const symbol = bits.symbol(code);
    if (symbol < 16) lengths.push(symbol);
    else {
      const value = symbol === 16 ? lengths.at(-1) : 0;
      if (value === undefined) throw new Error('a repeated length before the first');
      const times = symbol === 16 ? 3 + bits.now(2) : symbol === 17 ? 3 + bits.now(3) : 11 + bits.now(7);
      for (let left = times; left > 0; left -= 1) lengths.push(value);
    }
  }
  return [codeOf(lengths.slice(0, literals)), codeOf(lengths.slice(literals, literals + distances))];
}
