import { AppError } from '$lib/domain/errors';

/**
 * The number of characters of an array that are parsed at once: slices are as fast as the whole, and stay small.
 */
const SLICE = 1 << 18;

/**
 * Elements of a JSON array as text without the brackets; `before` is the number of elements that precede them.
 */
export const slice = (rows: readonly unknown[], before: number): string =>
  rows.length === 0 ? '' : (before > 0 ? ',' : '') + JSON.stringify(rows).slice(1, -1);

/** A JSON array in pieces, from an iterable of rows. */
export async function* arrayText(rows: AsyncIterable<unknown>): AsyncIterable<string> {
  yield '[';
  let waiting: unknown[] = [];
  let written = 0;
  for await (const row of rows) {
    waiting.push(row);
    if (waiting.length < 200) continue;
    yield slice(waiting, written);
    written += waiting.length;
    waiting = [];
  }
  yield slice(waiting, written);
  yield ']\n';
}

/**
 * Elements of the top-level array (`key` is ''), or of an array that is a member of the top-level object; or
 * another member of that object.
 */
export interface JsonPart {
  readonly key: string;
  /** Null if the member is no array. */
  readonly rows: readonly unknown[] | null;
  readonly value?: unknown;
}

/**
 * Parses JSON of any length without having all of it in memory: it finds where the elements of large arrays end,
 * and parses them in slices.
 */
export async function* jsonParts(text: AsyncIterable<string>, path: string): AsyncIterable<JsonPart> {
  const scanner = new Scanner(path);
  for await (const piece of text) yield* scanner.push(piece);
  scanner.end();
}

const QUOTE = 34;
const COMMA = 44;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

const INTERESTING = /["[\]{},:]/g;
const STRING_END = /["\\]/g;

/**
 * Integers with more digits than a number can represent become texts: 9007199254740992 and ...993 are two ids.
 * Quotes inside a text are escaped, so nothing inside a text is taken for a key.
 */
const LONG_NUMBER = /\d{16}/;
const LONG_ID = /"((?:image_|category_)?id)"\s*:\s*(-?\d{16,})(?=\s*[,}\]])/g;

class Scanner {
  readonly #path: string;
  #found: JsonPart[] = [];
  /** The part of the current slice or member that is not parsed yet. */
  #kept = '';
  /** The number of characters of the file before `#kept`. */
  #before = 0;
  #at = 0;
  #depth = 0;
  #top: '' | '[' | '{' = '';
  #key = '';
  #inString = false;
  /** The depth of the open array whose elements are collected; 0 if there is none. */
  #arrayDepth = 0;
  /** The start of the current slice in `#kept`, and the end of its last whole element. */
  #start = 0;
  #elementEnd = 0;
  #memberStart = -1;
  #isDone = false;

  constructor(path: string) {
    this.#path = path;
  }

  push(piece: string): readonly JsonPart[] {
    this.#kept += piece;
    const text = this.#kept;
    while (this.#at < text.length) {
      if (this.#inString) {
        if (!this.#skipString(text)) break;
        continue;
      }
      INTERESTING.lastIndex = this.#at;
      const found = INTERESTING.exec(text);
      if (found === null) {
        this.#at = text.length;
        break;
      }
      this.#at = found.index + 1;
      const code = text.charCodeAt(found.index);
      if (code === QUOTE) this.#inString = true;
      else this.#structure(code, found.index, text);
    }
    this.#drop();
    const found = this.#found;
    this.#found = [];
    return found;
  }

  end(): void {
    if (this.#isDone && this.#kept.slice(this.#at).trim() === '') return;
    if (this.#top === '') {
      const text = this.#kept.trim();
      if (text === '') throw this.#wrong(0, 'empty');
      throw this.#wrong(0, 'not-json');
    }
    throw this.#wrong(this.#kept.length, 'cut-off');
  }

  /** Returns false if the string goes on in the next piece. */
  #skipString(text: string): boolean {
    for (;;) {
      STRING_END.lastIndex = this.#at;
      const found = STRING_END.exec(text);
      if (found === null) {
        this.#at = text.length;
        return false;
      }
      if (text.charCodeAt(found.index) === QUOTE) {
        this.#at = found.index + 1;
        this.#inString = false;
        return true;
      }
      if (found.index + 2 > text.length) {
        this.#at = found.index;
        return false;
      }
      this.#at = found.index + 2;
    }
  }

  #structure(code: number, at: number, text: string): void {
    if (this.#top === '') {
      if (code !== OPEN_BRACKET && code !== OPEN_BRACE) throw this.#wrong(at, 'not-json');
      if (text.slice(0, at).trim() !== '') throw this.#wrong(0, 'not-json');
      this.#top = code === OPEN_BRACKET ? '[' : '{';
      this.#depth = 1;
      this.#start = this.#elementEnd = at + 1;
      if (this.#top === '[') {
        this.#arrayDepth = 1;
        this.#found.push({ key: '', rows: [] });
      }
      return;
    }
    if (this.#isDone) throw this.#wrong(at, 'not-json');
    switch (code) {
      case OPEN_BRACE:
      case OPEN_BRACKET:
        this.#depth += 1;
        if (this.#memberStart >= 0 && this.#depth === 2 && code === OPEN_BRACKET && this.#isFirst(text, at)) {
          this.#arrayDepth = 2;
          this.#memberStart = -1;
          // An empty array is reported too.
          this.#found.push({ key: this.#key, rows: [] });
          this.#start = this.#elementEnd = at + 1;
        }
        return;
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        if (this.#arrayDepth > 0 && this.#depth === this.#arrayDepth) {
          this.#elementEnd = at;
          this.#flush(text, at);
          this.#arrayDepth = 0;
          this.#start = at + 1;
        }
        this.#depth -= 1;
        if (this.#depth === 0) {
          this.#takeMember(text, at);
          this.#isDone = true;
        }
        return;
      case COMMA:
        if (this.#arrayDepth > 0 && this.#depth === this.#arrayDepth) {
          this.#elementEnd = at;
          if (at - this.#start > SLICE) this.#flush(text, at);
        } else if (this.#depth === 1 && this.#top === '{') this.#takeMember(text, at);
        return;
      default:
        if (this.#depth === 1 && this.#top === '{' && this.#memberStart < 0) {
          this.#key = String(this.#parse(text.slice(this.#start, at), this.#start));
          this.#memberStart = at + 1;
        }
    }
  }

  /** Whether the member's value starts here. */
  #isFirst(text: string, at: number): boolean {
    return text.slice(this.#memberStart, at).trim() === '';
  }

  #flush(text: string, at: number): void {
    const part = text.slice(this.#start, this.#elementEnd);
    if (part.trim() !== '') {
      const rows = this.#parse(`[${part}]`, this.#start - 1) as readonly unknown[];
      this.#found.push({ key: this.#key, rows });
    }
    this.#start = at + 1;
  }

  #takeMember(text: string, at: number): void {
    if (this.#memberStart >= 0)
      this.#found.push({
        key: this.#key,
        rows: null,
        value: this.#parse(text.slice(this.#memberStart, at), this.#memberStart),
      });
    this.#memberStart = -1;
    this.#start = at + 1;
  }

  /** Drops the parsed text. */
  #drop(): void {
    const from = this.#isDone ? this.#at : this.#memberStart >= 0 ? this.#memberStart : this.#start;
    if (from < SLICE) return;
    this.#kept = this.#kept.slice(from);
    this.#before += from;
    this.#at -= from;
    this.#elementEnd -= from;
    this.#start -= from;
    if (this.#memberStart >= 0) this.#memberStart -= from;
  }

  #parse(text: string, from: number): unknown {
    try {
      return JSON.parse(LONG_NUMBER.test(text) ? text.replace(LONG_ID, '"$1":"$2"') : text);
    } catch (error) {
      const position = Number(/position (\d+)/.exec(String(error))?.[1] ?? 0);
      throw this.#wrong(from + position, 'not-json', error);
    }
  }

  #wrong(at: number, reason: string, cause?: unknown): AppError {
    return new AppError(
      'format-invalid',
      { path: this.#path, position: this.#before + at + 1, reason },
      { cause },
    );
  }
}
