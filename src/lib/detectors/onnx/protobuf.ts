import { AppError } from '$lib/domain/errors';

/** One field of a protobuf message in a file. Its content lies at the bytes from `from` up to `to`. */
export interface Field {
  readonly number: number;
  /** The value of a number field; 0 for a field with a length. */
  readonly value: number;
  readonly hasLength: boolean;
  readonly from: number;
  readonly to: number;
}

/** The bytes are no valid protobuf message. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}
/** A field goes on after the end of its message. */
export class Overrun extends Malformed {}

/** Small messages lie side by side, so one read of this size serves many of them. */
const READ_BYTES = 64 * 1024;
/** A tag and a number have at most ten bytes each. */
const HEADER_BYTES = 20;
/** Real files have fewer fields; a file with more is hostile. */
const MAX_FIELDS = 5_000_000;

/** Reads protobuf messages from a file by byte ranges; skipped content is never read. */
export class ProtobufReader {
  #start = 0;
  #bytes = new Uint8Array(0);
  #fields = 0;

  constructor(private readonly file: Blob) {}

  get size(): number {
    return this.file.size;
  }

  /** Calls `visit` for each field of the message between two offsets, and awaits it. */
  async walk(from: number, to: number, visit: (field: Field) => Promise<void> | undefined): Promise<void> {
    let at = from;
    while (at < to) {
      const ahead = Math.min(HEADER_BYTES, to - at);
      if (!this.#holds(at, ahead)) await this.#load(at, ahead);
      const field = this.#field(at, to);
      const waiting = visit(field);
      if (waiting !== undefined) await waiting;
      at = field.to;
    }
  }

  /** Copies the bytes between two offsets. */
  async bytes(from: number, to: number): Promise<Uint8Array> {
    if (!this.#holds(from, to - from)) await this.#load(from, to - from);
    return this.#bytes.slice(from - this.#start, to - this.#start);
  }

  /** Decodes at most `most` bytes of a field as UTF-8 text. */
  async text({ from, to }: Field, most = 4096): Promise<string> {
    return new TextDecoder().decode(await this.bytes(from, Math.min(to, from + most)));
  }

  #holds(at: number, length: number): boolean {
    return at >= this.#start && at + length <= this.#start + this.#bytes.length;
  }

  async #load(at: number, length: number) {
    const end = Math.min(this.file.size, at + Math.max(length, READ_BYTES));
    try {
      this.#bytes = new Uint8Array(await this.file.slice(at, end).arrayBuffer());
    } catch (cause) {
      throw new AppError('file-unreadable', {}, { cause });
    }
    this.#start = at;
  }

  #field(at: number, end: number): Field {
    this.#fields += 1;
    if (this.#fields > MAX_FIELDS) throw new Malformed('too many fields');
    const tag = this.#varint(at, end);
    const number = Math.floor(tag.value / 8);
    const wire = tag.value % 8;
    if (number < 1 || number > 0x1fffffff) throw new Malformed(`field ${number}`);
    if (wire === 0) {
      const { value, to } = this.#varint(tag.to, end);
      return { number, value, hasLength: false, from: tag.to, to };
    }
    if (wire !== 1 && wire !== 2 && wire !== 5) throw new Malformed(`wire type ${wire}`);
    const length = wire === 2 ? this.#varint(tag.to, end) : { value: wire === 1 ? 8 : 4, to: tag.to };
    const to = length.to + length.value;
    if (to > end) throw new Overrun(`field ${number}`);
    return { number, value: 0, hasLength: wire === 2, from: length.to, to };
  }

  /** Negative numbers take ten bytes and are decoded as huge positive ones. */
  #varint(at: number, end: number): { readonly value: number; readonly to: number } {
    let value = 0;
    let scale = 1;
    for (let place = at; place < at + 10; place += 1) {
      if (place >= end) throw new Overrun('number');
      const byte = this.#bytes[place - this.#start]!;
      value += (byte & 127) * scale;
      if (byte < 128) return { value, to: place + 1 };
      scale *= 128;
    }
    throw new Malformed('number');
  }
}
