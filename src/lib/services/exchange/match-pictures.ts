import type { DatasetItem } from '$lib/domain/dataset';
import type { Size } from '$lib/domain/geometry';
import type { ProjectId, SourceId, TaskId } from '$lib/domain/ids';
import { pagePathOf } from '$lib/domain/task';
import { nameIn, stemOf } from '$lib/formats/paths';
import {
  decodedPath,
  looseName,
  nameBeforeRoboflow,
  plainPath,
  withoutUploadPrefix,
} from '$lib/formats/picture-names';
import type { Database } from '../ports/database';

/** The stored facts about a task's picture. */
export interface KnownPicture {
  readonly id: TaskId;
  readonly sourceId: SourceId;
  readonly path: string;
  readonly page: number;
  readonly size: Size | null;
  readonly isTurned: boolean;
}

/** The picture that a file refers to. */
export type Asked = Pick<DatasetItem, 'path' | 'otherNames' | 'isStem'>;

export interface Found {
  readonly picture: KnownPicture;
  /**
   * Number of matching path components (folders and name), counted from the end; at least `WHOLE` if the complete path
   * matches.
   */
  readonly agreement: number;
}
export type Match = Found | 'unmatched' | 'ambiguous';

/** Added to the agreement of a path that matches completely. */
export const WHOLE = 1000;

const key = (text: string): string => text.normalize('NFC').toLowerCase();
/** Archive tools replace characters that some file systems forbid in names. */
const plainKey = (text: string): string => key(text).replace(/[\\/:*?"<>|]/g, '_');

/**
 * Finds the task of a picture that a file refers to: by its name, otherwise by the other names in the file, otherwise
 * by the name before a tool renamed it. Of several pictures with that name, the one with the most matching folders is
 * chosen, otherwise the one with the same size. If that does not decide, the match is ambiguous; nothing is guessed.
 */
export class PictureMatcher {
  readonly #byName = new Map<string, KnownPicture[]>();
  readonly #byStem = new Map<string, KnownPicture[]>();
  /** Pictures whose name has the prefix of an upload, by the name and the stem without it. */
  readonly #byBareName = new Map<string, KnownPicture[]>();
  readonly #byBareStem = new Map<string, KnownPicture[]>();
  /** Built when it is first needed: few files need it. */
  #byLooseName: Map<string, KnownPicture[]> | null = null;

  static async of(database: Database, projectId: ProjectId): Promise<PictureMatcher> {
    const matcher = new PictureMatcher();
    for (let number = 0; ;) {
      const page = await database.tasks.page(projectId, number, 2000);
      if (page.length === 0) return matcher;
      for (const { id, sourceId, path, size, page: pageNumber, isTurned } of page)
        matcher.add({ id, sourceId, path, page: pageNumber, size, isTurned: isTurned ?? false });
      number = page.at(-1)!.number;
    }
  }

  add(picture: KnownPicture): void {
    const path = pagePathOf(picture);
    const bare = withoutUploadPrefix(path);
    put(this.#byName, plainKey(nameIn(path)), picture);
    put(this.#byStem, plainKey(stemOf(path)), picture);
    if (bare === null) return;
    put(this.#byBareName, plainKey(nameIn(bare)), picture);
    put(this.#byBareStem, plainKey(stemOf(bare)), picture);
  }

  find(asked: Asked, size: Size | null): Match {
    const isStem = asked.isStem ?? false;
    for (const spellings of spellingsOf(asked)) {
      const found = this.#among(this.#named(nameIn(spellings[0]!), isStem), spellings, isStem, size);
      if (found !== 'unmatched') return found;
    }
    return this.#byOtherName(asked, size);
  }

  /** Matches names that a tool has changed, either in the project or in the file. */
  #byOtherName(asked: Asked, size: Size | null): Match {
    const isStem = asked.isStem ?? false;
    const path = plainPath(asked.path);
    const bare = (isStem ? this.#byBareStem : this.#byBareName).get(plainKey(nameIn(path)));
    const found = this.#among(bare ?? [], [path], isStem, size);
    if (found !== 'unmatched') return found;
    const before = nameBeforeRoboflow(path);
    if (before === null) return 'unmatched';
    return this.#among(this.#looselyNamed(before), [path], isStem, size);
  }

  #named(name: string, isStem: boolean): readonly KnownPicture[] {
    const [first, second] = isStem ? [this.#byStem, this.#byName] : [this.#byName, this.#byStem];
    return first.get(plainKey(name)) ?? second.get(plainKey(name)) ?? [];
  }

  #looselyNamed(name: string): readonly KnownPicture[] {
    if (this.#byLooseName === null) {
      this.#byLooseName = new Map();
      for (const picture of [...this.#byName.values()].flat())
        put(this.#byLooseName, looseName(nameIn(pagePathOf(picture))), picture);
    }
    return this.#byLooseName.get(name) ?? [];
  }

  #among(
    pictures: readonly KnownPicture[],
    spellings: readonly string[],
    isStem: boolean,
    size: Size | null,
  ): Match {
    if (pictures.length === 0) return 'unmatched';
    const agreements = pictures.map((picture) =>
      Math.max(...spellings.map((spelling) => agreementOf(pagePathOf(picture), spelling, isStem))),
    );
    const agreement = Math.max(...agreements);
    let closest: readonly KnownPicture[] = pictures.filter((_, at) => agreements[at] === agreement);
    if (closest.length > 1)
      closest = onlyMatch(closest, (one) => isSpelt(pagePathOf(one), spellings, isStem));
    if (closest.length > 1) closest = onlyMatch(closest, (one) => size !== null && isSame(one.size, size));
    return closest.length === 1 ? { picture: closest[0]!, agreement } : 'ambiguous';
  }
}

/** Groups the spellings of each name; the first group is tried first. */
function* spellingsOf({ path, otherNames = [] }: Asked): Iterable<readonly string[]> {
  const given = [path, ...otherNames].map(plainPath).filter((one) => one !== '');
  yield* byName(given);
  const decoded = [path, ...otherNames].flatMap((one) => decodedPath(one) ?? []).map(plainPath);
  yield* byName(decoded);
  yield* byName([...given, ...decoded].flatMap((one) => withoutUploadPrefix(one) ?? []));
}

function byName(paths: readonly string[]): Iterable<readonly string[]> {
  if (paths.length < 2) return paths.length === 0 ? [] : [paths];
  const groups = new Map<string, string[]>();
  for (const one of paths) put(groups, plainKey(nameIn(one)), one);
  return groups.values();
}

const put = <T>(map: Map<string, T[]>, at: string, value: T): void => {
  const list = map.get(at);
  if (list === undefined) map.set(at, [value]);
  else list.push(value);
};

/** The only picture for which `holds` is true; all of them if there is none or more than one. */
function onlyMatch(
  pictures: readonly KnownPicture[],
  holds: (picture: KnownPicture) => boolean,
): readonly KnownPicture[] {
  const held = pictures.filter(holds);
  return held.length === 1 ? held : pictures;
}

export const isSame = (a: Size | null, b: Size): boolean =>
  a !== null && a.width === b.width && a.height === b.height;

/** Number of components that two paths share, counted from their names, which are known to match. */
function agreementOf(path: string, asked: string, isStem: boolean): number {
  const [parts, wanted] = [key(path).split('/').reverse(), key(asked).split('/').reverse()];
  let count = 1;
  while (count < parts.length && count < wanted.length && parts[count] === wanted[count]) count += 1;
  const isWhole =
    count === parts.length &&
    count === wanted.length &&
    (parts[0] === wanted[0] || (isStem && stemOf(parts[0]!) === wanted[0]));
  return isWhole ? WHOLE + count : count;
}

/** Whether a name has exactly this spelling, for names that differ only in case. */
function isSpelt(path: string, spellings: readonly string[], isStem: boolean): boolean {
  const name = isStem ? stemOf(path) : nameIn(path);
  return spellings.some((spelling) => nameIn(spelling).normalize('NFC') === name.normalize('NFC'));
}
