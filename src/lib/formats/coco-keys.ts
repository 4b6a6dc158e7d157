export type Fields = Readonly<Record<string, unknown>>;

/** An id from a file, in a form that can be compared. */
export type Key = string | number;

/** An integer as JSON writes it. "07", "12e1" and integers that are too long for a number stay texts. */
const PLAIN_NUMBER = /^(0|-?[1-9]\d{0,14})$/;

/** Makes 7 and "7" the same id, since files write both; "07" is another id. */
export function keyOf(id: unknown): Key {
  if (typeof id === 'number') return Number.isSafeInteger(id) ? id : String(id);
  if (typeof id !== 'string') return '';
  return PLAIN_NUMBER.test(id) ? Number(id) : id;
}

/** Numbers keys from 0, in the order in which they come. */
export class Places {
  readonly at = new Map<Key, number>();
  of(key: Key): number {
    const known = this.at.get(key);
    if (known !== undefined) return known;
    this.at.set(key, this.at.size);
    return this.at.size - 1;
  }
}
