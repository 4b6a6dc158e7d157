export type Fields = Readonly<Record<string, unknown>>;

/** An id as a file gives it, in a form that can be compared. */
export type Key = string | number;

/** Whole numbers as JSON writes them; "07", "12e1" and what is too long for a number stay texts of their own. */
const PLAIN_NUMBER = /^(0|-?[1-9]\d{0,14})$/;

/** 7 and "7" are one id, since files write both for it; "07" is another. */
export function keyOf(id: unknown): Key {
  if (typeof id === 'number') return Number.isSafeInteger(id) ? id : String(id);
  if (typeof id !== 'string') return '';
  return PLAIN_NUMBER.test(id) ? Number(id) : id;
}

/** Numbers its keys from 0, in the order they come. */
export class Places {
  readonly at = new Map<Key, number>();
  of(key: Key): number {
    const known = this.at.get(key);
    if (known !== undefined) return known;
    this.at.set(key, this.at.size);
    return this.at.size - 1;
  }
}
