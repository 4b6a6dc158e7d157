import { SPLITS, type DatasetItem, type Split } from '$lib/domain/dataset';
import type { Size } from '$lib/domain/geometry';
import { numberFrom, textOr } from './boxes';
import { keyOf, type Fields, type Key } from './coco-keys';
import type { Untaken, UntakenRow } from './coco-untaken';
import type { ReadContext } from './format';
import { firstPart, folderOf, nameIn, stemOf } from './paths';

export interface ImageRow {
  readonly path: string;
  readonly otherNames: readonly string[];
  readonly size: Size | null;
  readonly state: unknown;
  readonly split: Split | null;
  /** The members of the image's row besides its name and size. */
  readonly extra: Fields;
  /** True if a file with boxes lists the picture: without boxes, the picture is then deliberately empty. */
  isLookedAt: boolean;
  /** True if a file lists the picture that could have boxes but has none at all. */
  isListed: boolean;
  /** The annotations of the picture that could not be read. */
  readonly untaken: Untaken;
}

const UNKNOWN = -1;
const AMBIGUOUS = -2;

/** The pictures of all files of a COCO dataset, merged by picture. */
export class CocoImages {
  readonly #context: ReadContext;
  readonly rows: ImageRow[] = [];
  /** Indices by the image ids of the current file, and of all files. */
  #own = new Map<Key, number>();
  readonly #all = new Map<Key, number>();
  /** Indices by name in the current file, and by name and id in all files. */
  #byName = new Map<string, number>();
  readonly #byNameAndId = new Map<string, number>();
  readonly #isOnlyFile: boolean;
  /** For each file that lists pictures, the indices of those; empty if there is only one such file. */
  readonly #lists: ReadonlySet<number>[] = [];
  #path = '';

  constructor(context: ReadContext, isOnlyFile: boolean) {
    this.#context = context;
    this.#isOnlyFile = isOnlyFile;
  }

  begin(path: string): void {
    this.#path = path;
    this.#own = new Map();
    this.#byName = new Map();
  }

  get isNone(): boolean {
    return this.#own.size === 0;
  }

  add(row: Fields): void {
    const id = keyOf(row['id']);
    const image = this.#rowOf(row, id);
    const place = this.#placeOf(image, id);
    const before = this.#own.get(id);
    if (before === undefined) this.#own.set(id, place);
    else {
      this.#context.issue({ code: 'id-repeated', path: this.#path, place: `image ${id}` });
      if (before === place) return;
      // The id means two pictures, so boxes with this id cannot be assigned.
      if (before >= 0) this.leave(before, 1);
      this.leave(place, 1);
      this.#own.set(id, AMBIGUOUS);
    }
  }

  /** `holds` says what the file has about its pictures besides their names. */
  end(holds: 'boxes' | 'no-box' | 'names'): void {
    if (!this.isNone && !this.#isOnlyFile)
      this.#lists.push(new Set([...this.#own.values()].filter((at) => at >= 0)));
    for (const [id, at] of this.#own) {
      const row = this.rows[at];
      if (row && holds === 'boxes') row.isLookedAt = true;
      if (row && holds === 'no-box') row.isListed = true;
      const before = this.#all.get(id);
      this.#all.set(id, before === undefined || before === at ? at : AMBIGUOUS);
    }
  }

  /** The index of a picture by its id; -1 if no file has the id, -2 if it may mean several pictures. */
  at(id: Key, isOfAllFiles: boolean): number {
    return (isOfAllFiles ? this.#all : this.#own).get(id) ?? UNKNOWN;
  }

  /**
   * The indices of all pictures that were given to the model: all pictures of every file that lists a picture with
   * a result, because the model found nothing in the others. If there are no results, this is known only if a
   * single file lists pictures.
   */
  about(found: ReadonlySet<number>): ReadonlySet<number> {
    const isAbout = (list: ReadonlySet<number>) => [...found].some((at) => list.has(at));
    const lists = this.#lists.length === 1 ? this.#lists : this.#lists.filter(isAbout);
    return new Set(lists.flatMap((list) => [...list]));
  }

  leave(at: number, count: number, rows: readonly UntakenRow[] = []): void {
    const row = this.rows[at];
    if (row === undefined) return;
    row.untaken.count += count;
    row.untaken.rows.push(...rows);
  }

  /**
   * Within a file, a name is one picture, however often it is listed. Files about the same pictures list them with
   * the same ids; the name alone may mean pictures of two folders.
   */
  #placeOf(image: ImageRow, id: Key): number {
    const { width, height } = image.size ?? { width: 0, height: 0 };
    const inFile = `${image.path}\n${width}\n${height}`;
    const inAll = `${folderOf(this.#path)}\n${inFile}\n${id}`;
    const known = this.#byName.get(inFile) ?? (this.#isOnlyFile ? undefined : this.#byNameAndId.get(inAll));
    const at = known ?? this.rows.push(image) - 1;
    this.#byName.set(inFile, at);
    if (!this.#isOnlyFile) this.#byNameAndId.set(inAll, at);
    return at;
  }

  #rowOf(row: Fields, id: Key): ImageRow {
    const [width, height] = [numberFrom(row['width']), numberFrom(row['height'])];
    const fileName = textOr(row['file_name'], '');
    const path = textOr(row['path'], fileName || String(id));
    const extra = row['extra'];
    const folder = firstPart(this.#path);
    return {
      path,
      otherNames: namesBeside(path, fileName, this.#path, extra),
      size: width !== null && height !== null && width > 0 && height > 0 ? { width, height } : null,
      state: row['state'],
      split: SPLITS.find((split) => split === folder) ?? null,
      extra: Object.fromEntries(Object.entries(row).filter(([key]) => !OWN_KEYS.has(key))),
      isLookedAt: false,
      isListed: false,
      untaken: { count: 0, rows: [] },
    };
  }
}

/**
 * Other names of a picture: relative to the file's own folder; `instances_train.json` is about pictures in `train`;
 * Roboflow keeps the name from before it renamed the picture.
 */
function namesBeside(path: string, fileName: string, file: string, extra: unknown): readonly string[] {
  const name = fileName || path;
  const folder = folderOf(file);
  const part = /(?:^|[^a-z])((?:train|valid|val|test)(?:\d{4})?)(?=$|[^a-z\d])/i.exec(stemOf(file))?.[1];
  const before =
    typeof extra === 'object' && extra !== null ? (extra as { readonly name?: unknown }).name : undefined;
  return [
    ...(name === path ? [] : [name]),
    ...(folder === '' ? [] : [`${folder}/${name}`]),
    ...(part === undefined ? [] : [`${part}/${name}`]),
    ...(typeof before === 'string' && before !== '' ? [before] : []),
  ];
}

/** Members of an image's row that have fields of their own here. */
const OWN_KEYS: ReadonlySet<string> = new Set(['width', 'height', 'file_name', 'path', 'state']);

/** An item for a picture without any annotation. */
export const imageItem = (
  { path, otherNames, split, extra }: ImageRow,
  number: number,
  cocoUntaken: Fields | undefined,
): DatasetItem => ({
  ...(Object.keys(extra).length === 0 && cocoUntaken === undefined
    ? {}
    : { extra: JSON.stringify({ coco: extra, cocoUntaken }) }),
  fileName: nameIn(path),
  path,
  ...(otherNames.length === 0 ? {} : { otherNames }),
  number,
  split,
  size: null,
  annotations: [],
  draft: null,
  predictions: [],
});
