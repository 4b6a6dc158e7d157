import { viewOf } from '$lib/binary/bytes';
import { refusal } from './refusal';

/** The pickle goes on after the bytes that were read. */
export class PickleEnds extends Error {}

/** No weights file has longer texts or numbers; they would only fill the memory. */
const MAX_TEXT_BYTES = 2 ** 20;
const MAX_NUMBER_BYTES = 64;

/** Reads a pickle's operands one after another. */
export class PickleCursor {
  readonly #view: DataView;
  readonly #text = new TextDecoder();
  at: number;

  constructor(
    readonly bytes: Uint8Array,
    from: number,
  ) {
    this.#view = viewOf(bytes);
    this.at = from;
  }

  uint8(): number {
    return this.#view.getUint8(this.#step(1));
  }
  uint16(): number {
    return this.#view.getUint16(this.#step(2), true);
  }
  int32(): number {
    return this.#view.getInt32(this.#step(4), true);
  }
  uint32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#step(8), true));
  }
  /** The only big-endian operand. */
  float64(): number {
    return this.#view.getFloat64(this.#step(8), false);
  }

  raw(length: number): Uint8Array {
    if (length > MAX_TEXT_BYTES) throw refusal('unsafe-pickle');
    const from = this.#step(length);
    return this.bytes.subarray(from, from + length);
  }

  text(length: number): string {
    return this.#text.decode(this.raw(length));
  }

  /** Reads up to the next end of line. */
  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0)
      throw this.bytes.length - this.at > MAX_TEXT_BYTES ? refusal('unsafe-pickle') : new PickleEnds();
    const text = this.text(end - this.at);
    this.at += 1;
    return text;
  }

  /** A two's complement number of any length; a bigint if a number cannot hold it. */
  integer(length: number): number | bigint {
    if (length > MAX_NUMBER_BYTES) throw refusal('unsafe-pickle');
    const value = this.raw(length).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    const signed = BigInt.asIntN(length * 8, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  #step(length: number): number {
    const from = this.at;
    if (from + length > this.bytes.length) throw new PickleEnds();
    this.at = from + length;
    return from;
  }
}
