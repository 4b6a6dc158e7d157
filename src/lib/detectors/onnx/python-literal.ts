/** A value that Python's `str()` writes. A dictionary becomes a map; tuples and sets become lists. */
export type Literal = null | boolean | number | string | readonly Literal[] | ReadonlyMap<Literal, Literal>;

const MAX_DEPTH = 32;
const WORDS: Readonly<Record<string, Literal>> = {
  None: null,
  True: true,
  False: false,
  null: null,
  true: true,
  false: false,
};
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  '/': '/',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
};
const CODES: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Parses a literal as Python (or JSON) writes it; undefined for anything else. Nothing is evaluated. */
export function readLiteral(text: string): Literal | undefined {
  const reader = new LiteralReader(text);
  try {
    return reader.whole();
  } catch (error) {
    if (error instanceof NoLiteral) return undefined;
    throw error;
  }
}

class NoLiteral extends Error {}

class LiteralReader {
  #at = 0;
  #depth = 0;

  constructor(private readonly text: string) {}

  whole(): Literal {
    const value = this.#value();
    this.#space();
    if (this.#at < this.text.length) throw new NoLiteral();
    return value;
  }

  #value(): Literal {
    this.#space();
    const next = this.text[this.#at];
    if (next === "'" || next === '"') return this.#string();
    if (next !== '{' && next !== '[' && next !== '(') return this.#word();
    this.#at += 1;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new NoLiteral();
    const value = next === '{' ? this.#braces() : this.#list(next === '[' ? ']' : ')');
    this.#depth -= 1;
    return value;
  }

  #list(end: string): Literal {
    const items: Literal[] = [];
    while (!this.#takes(end)) {
      items.push(this.#value());
      const isLast = !this.#takes(',');
      if (!isLast) continue;
      if (!this.#takes(end)) throw new NoLiteral();
      // Parentheses around one value without a comma are no tuple.
      return end === ')' && items.length === 1 ? items[0]! : items;
    }
    return items;
  }

  #braces(): Literal {
    const entries = new Map<Literal, Literal>();
    const items: Literal[] = [];
    while (!this.#takes('}')) {
      const key = this.#value();
      if (this.#takes(':')) entries.set(key, this.#value());
      else items.push(key);
      if (this.#takes(',')) continue;
      if (!this.#takes('}')) throw new NoLiteral();
      break;
    }
    if (items.length > 0 && entries.size > 0) throw new NoLiteral();
    return items.length > 0 ? items : entries;
  }

  #string(): string {
    const quote = this.text[this.#at]!;
    let value = '';
    for (this.#at += 1; this.#at < this.text.length; this.#at += 1) {
      const next = this.text[this.#at]!;
      if (next === quote) {
        this.#at += 1;
        return value;
      }
      value += next === '\\' ? this.#escape() : next;
    }
    throw new NoLiteral();
  }

  /** As in Python, an unknown escape keeps its backslash. */
  #escape(): string {
    this.#at += 1;
    const letter = this.text[this.#at] ?? '';
    const digits = CODES[letter];
    if (digits === undefined) return ESCAPES[letter] ?? `\\${letter}`;
    const code = this.text.slice(this.#at + 1, this.#at + 1 + digits);
    const point = /^[0-9a-fA-F]+$/.test(code) && code.length === digits ? parseInt(code, 16) : -1;
    if (point < 0 || point > 0x10ffff) throw new NoLiteral();
    this.#at += digits;
    return String.fromCodePoint(point);
  }

  #word(): Literal {
    const word = /^[\w.+-]+/.exec(this.text.slice(this.#at, this.#at + 64))?.[0] ?? '';
    this.#at += word.length;
    if (Object.hasOwn(WORDS, word)) return WORDS[word]!;
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word)) throw new NoLiteral();
    return Number(word);
  }

  #takes(sign: string): boolean {
    this.#space();
    if (this.text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #space() {
    while (/\s/.test(this.text[this.#at] ?? 'x')) this.#at += 1;
  }
}
