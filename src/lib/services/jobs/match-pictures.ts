import type { Size } from '$lib/domain/geometry';
import type { ProjectId, TaskId } from '$lib/domain/ids';
import type { SourceId } from '$lib/domain/ids';
import { pagePathOf } from '$lib/domain/task';
import { nameIn, stemOf } from '$lib/formats/paths';
import type { Database } from '../ports/database';

/** What is known of a task's picture. */
export interface KnownPicture {
  readonly id: TaskId;
  readonly sourceId: SourceId;
  readonly path: string;
  readonly page: number;
  readonly size: Size | null;
}

export type Match = KnownPicture | 'unmatched' | 'ambiguous';

const key = (text: string): string => text.normalize('NFC').toLowerCase();
/** File names of archives lose what some file systems forbid. */
const plainKey = (text: string): string => key(text).replace(/[\\/:*?"<>|]/g, '_');

/**
 * Finds the task of a picture that a file names: by its whole path, by as much of the path as both have, by
 * its name, by its name without an ending; where several fit, by its size.
 */
export class PictureMatcher {
  readonly #byPath = new Map<string, KnownPicture>();
  readonly #byName = new Map<string, KnownPicture[]>();
  readonly #byStem = new Map<string, KnownPicture[]>();

  static async of(database: Database, projectId: ProjectId): Promise<PictureMatcher> {
    const matcher = new PictureMatcher();
    for (let number = 0; ;) {
      const page = await database.tasks.page(projectId, number, 2000);
      if (page.length === 0) return matcher;
      for (const task of page) {
        const { id, sourceId, path, size } = task;
        matcher.add({ id, sourceId, path, page: task.page, size });
      }
      number = page.at(-1)!.number;
    }
  }

  add(picture: KnownPicture): void {
    const path = pagePathOf(picture);
    this.#byPath.set(key(path), picture);
    put(this.#byName, plainKey(nameIn(path)), picture);
    put(this.#byStem, plainKey(stemOf(path)), picture);
  }

  find(path: string, size: Size | null): Match {
    const asked = key(path.replaceAll('\\', '/'));
    const whole = this.#byPath.get(asked);
    if (whole !== undefined) return whole;
    const named = this.#byName.get(plainKey(nameIn(path))) ?? this.#byStem.get(plainKey(nameIn(path))) ?? [];
    const closest = mostShared(named, asked);
    if (closest.length === 1) return closest[0]!;
    const sized = closest.filter((picture) => size !== null && isSame(picture.size, size));
    if (sized.length === 1) return sized[0]!;
    return closest.length === 0 ? 'unmatched' : 'ambiguous';
  }
}

const put = (map: Map<string, KnownPicture[]>, at: string, picture: KnownPicture): void => {
  const list = map.get(at);
  if (list === undefined) map.set(at, [picture]);
  else list.push(picture);
};

export const isSame = (a: Size | null, b: Size): boolean =>
  a !== null && a.width === b.width && a.height === b.height;

/** Those whose path shares the most folders with the one that was asked for, counted from the name. */
function mostShared(pictures: readonly KnownPicture[], asked: string): readonly KnownPicture[] {
  if (pictures.length < 2) return pictures;
  const wanted = asked.split('/').reverse();
  const shared = pictures.map(({ path }) => {
    const parts = key(path).split('/').reverse();
    let count = 1;
    while (count < parts.length && parts[count] === wanted[count]) count += 1;
    return count;
  });
  const most = Math.max(...shared);
  return pictures.filter((_, at) => shared[at] === most);
}
