/**
 * Makes unique file names for an archive: the last part of a path, in NFC, without characters that file systems
 * forbid or that lead outside the archive. A name that is taken (ignoring case) gets `_2`, `_3` ... before its
 * extension. `by` is 'stem' for archives that have a second file with the same stem.
 */
export function uniqueNames(by: 'name' | 'stem' = 'name'): (path: string) => string {
  const taken = new Set<string>();
  const keyOf = (stem: string, ending: string): string =>
    (by === 'stem' ? stem : stem + ending).toLowerCase();
  return (path) => {
    const name = safeName(path);
    const dot = name.lastIndexOf('.');
    const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    let unique = stem;
    for (let count = 2; taken.has(keyOf(unique, ending)); count += 1) unique = `${stem}_${count}`;
    taken.add(keyOf(unique, ending));
    return unique + ending;
  };
}

/** In UTF-8 bytes; common file systems cannot unpack longer names. */
const MAX_NAME_BYTES = 240;

function safeName(path: string): string {
  const name = withoutForbidden(path.slice(path.lastIndexOf('/') + 1)).replace(/[. ]+$/, '');
  if (name === '') return '_';
  return shortened(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) ? `_${name}` : name);
}

/** Truncates a name that is too long, and keeps its extension. */
function shortened(name: string): string {
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  if (bytes(name) <= MAX_NAME_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : '';
  const letters = Array.from(name.slice(0, name.length - ending.length));
  while (bytes(letters.join('')) + bytes(ending) > MAX_NAME_BYTES) letters.pop();
  return letters.join('') + ending;
}

/** The name in NFC, without control characters and without characters that Windows forbids. */
export function withoutForbidden(name: string): string {
  const letters = Array.from(name.normalize('NFC'), (letter) =>
    letter < ' ' || letter === '\u007f' || '\\/:*?"<>|'.includes(letter) ? '_' : letter,
  );
  return letters.join('');
}

/** Normalizes the path of an archive entry; null if it is absolute, leads outside or is too long. */
export function safePath(raw: string): string | null {
  const path = raw.replaceAll('\\', '/').normalize('NFC');
  if (path.startsWith('/') || /^[a-z]:/i.test(path) || path.includes('\0')) return null;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..') || parts.some((part) => new TextEncoder().encode(part).length > 255)) return null;
  return parts.join('/');
}

/** The last part of a path with `/` or `\`. */
export const nameIn = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/** The path without its last part; '' if it has one part only. */
export const folderOf = (path: string): string =>
  path.slice(0, Math.max(0, path.lastIndexOf('/'), path.lastIndexOf('\\')));

export const firstPart = (path: string): string => path.slice(0, Math.max(0, path.indexOf('/')));

/** A file name without its extension. */
export function stemOf(path: string): string {
  const name = nameIn(path);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}
