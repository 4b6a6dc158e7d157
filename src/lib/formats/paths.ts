/**
 * Gives each path of a project a file name of its own for an archive: the last part of the path, in NFC,
 * without what could leave the archive or what file systems forbid. A name that is taken, whatever its
 * case, gets `_2`, `_3` ... before its ending. `by` stem: for archives with a second file of the same stem.
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

/** Longer names than this many UTF-8 bytes cannot be unpacked on common file systems. */
const MAX_NAME_BYTES = 240;

function safeName(path: string): string {
  const name = withoutForbidden(path.slice(path.lastIndexOf('/') + 1)).replace(/[. ]+$/, '');
  if (name === '') return '_';
  return shortened(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) ? `_${name}` : name);
}

/** The start of a name that is too long, with its ending. */
function shortened(name: string): string {
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  if (bytes(name) <= MAX_NAME_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : '';
  const letters = Array.from(name.slice(0, name.length - ending.length));
  while (bytes(letters.join('')) + bytes(ending) > MAX_NAME_BYTES) letters.pop();
  return letters.join('') + ending;
}

/** A name in NFC, without control characters and what Windows forbids in names. */
export function withoutForbidden(name: string): string {
  const letters = Array.from(name.normalize('NFC'), (letter) =>
    letter < ' ' || letter === '\u007f' || '\\/:*?"<>|'.includes(letter) ? '_' : letter,
  );
  return letters.join('');
}

/** The path of an archive's entry as we use it; null where it is absolute, climbs out, or is too long to be one. */
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

/** All of a path before its last part; '' where there is none. */
export const folderOf = (path: string): string =>
  path.slice(0, Math.max(0, path.lastIndexOf('/'), path.lastIndexOf('\\')));

export const firstPart = (path: string): string => path.slice(0, Math.max(0, path.indexOf('/')));

/** A file name without its ending. */
export function stemOf(path: string): string {
  const name = nameIn(path);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}
