/**
 * Gives each path of a project a file name of its own for an archive: the last part of the path, in NFC,
 * without what could leave the archive or what file systems forbid. A name that is taken, whatever its
 * case, gets `_2`, `_3` ... before its ending.
 */
export function uniqueNames(): (path: string) => string {
  const taken = new Set<string>();
  return (path) => {
    const name = safeName(path);
    const dot = name.lastIndexOf('.');
    const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    let unique = name;
    for (let count = 2; taken.has(unique.toLowerCase()); count += 1) unique = `${stem}_${count}${ending}`;
    taken.add(unique.toLowerCase());
    return unique;
  };
}

function safeName(path: string): string {
  const name = withoutForbidden(path.slice(path.lastIndexOf('/') + 1));
  return name === '' || name === '.' || name === '..' ? '_' : name;
}

/** A name in NFC, without control characters and what Windows forbids in names. */
export function withoutForbidden(name: string): string {
  const letters = Array.from(name.normalize('NFC'), (letter) =>
    letter < ' ' || letter === '\u007f' || '\\/:*?"<>|'.includes(letter) ? '_' : letter,
  );
  return letters.join('');
}
