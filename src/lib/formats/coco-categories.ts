import type { Category } from '$lib/domain/dataset';
import { MAX_KEPT_LENGTH } from '$lib/domain/kept';
import { labelOf, numberFrom, textOr } from './boxes';
import { keyOf, type Fields, type Key } from './coco-keys';
import type { ReadContext } from './format';

/** The classes of all files of a COCO dataset, one a name. */
export class CocoCategories {
  readonly #context: ReadContext;
  /** By place: what boxes hold instead of a class. */
  readonly names: string[] = [];
  readonly #byLabel = new Map<string, Category & { readonly at: number }>();
  readonly #supercategories = new Set<string>();
  readonly #groups = new Set<string>();
  /** Places by the ids of the file that is read, and of all files. */
  #own = new Map<Key, number>();
  readonly #all = new Map<Key, number>();
  #path = '';

  constructor(context: ReadContext) {
    this.#context = context;
  }

  begin(path: string): void {
    this.#path = path;
    this.#own = new Map();
  }

  add(row: Fields): void {
    const id = keyOf(row['id']);
    const name = textOr(row['name'], String(id));
    const before = this.#own.get(id);
    if (before !== undefined) {
      if (this.names[before] === name) return;
      // Nobody can tell which of two names is meant: the number is the name.
      this.#context.issue({ code: 'category-repeated', path: this.#path, place: `category ${id}` });
      this.#own.set(id, this.#placeOf(String(id), numberFrom(id)));
      return;
    }
    const group = textOr(row['supercategory'], '');
    if (group !== '' && group !== name) this.#supercategories.add(labelOf(group));
    if (group === 'none') this.#groups.add(labelOf(name));
    this.#own.set(id, this.#placeOf(name, numberFrom(row['id']), row));
  }

  end(): void {
    for (const [id, at] of this.#own) this.#all.set(id, at);
  }

  /** What the file that is read calls a class by its id. */
  nameOf(id: Key): string | undefined {
    const at = this.#own.get(id);
    return at === undefined ? undefined : this.names[at];
  }

  /** The place of a class by its id. One that no file names is named by its number, which is told. */
  at(id: Key, isOfAllFiles: boolean): number {
    const known = (isOfAllFiles ? this.#all : this.#own).get(id);
    if (known !== undefined) return known;
    this.#context.issue({ code: 'category-unnamed', path: this.#path, place: `category ${id}` });
    const at = this.#placeOf(this.#freeName(id), numberFrom(id));
    this.#own.set(id, at);
    return at;
  }

  /**
   * In the order of the files. Roboflow lists the group of its classes as class 0: where no box is of it, it is none.
   */
  all(used: ReadonlySet<number>): readonly Category[] {
    return [...this.#byLabel.values()]
      .filter(
        ({ labelId, at }) =>
          used.has(at) || !(this.#groups.has(labelId) && this.#supercategories.has(labelId)),
      )
      .map(({ at: _, ...category }) => category);
  }

  /** A class named by its number is not the one that a file calls by that number. */
  #freeName(id: Key): string {
    const name = String(id);
    const isTaken = [...this.#own.values(), ...this.#all.values()].some((at) => this.names[at] === name);
    return isTaken ? `class ${name}` : name;
  }

  #placeOf(name: string, number: number | null, row?: Fields): number {
    const labelId = labelOf(name);
    const known = this.#byLabel.get(labelId);
    if (known !== undefined) return known.at;
    const at = this.names.push(name) - 1;
    const extra = row === undefined ? {} : categoryExtra(row);
    this.#byLabel.set(labelId, { labelId, name, number: number ?? at, at, ...extra });
    return at;
  }
}

/** What a file says of a class beside its name. */
function categoryExtra({ name: _, ...row }: Fields): Pick<Category, 'extra'> {
  const rest = row['supercategory'] === '' ? { ...row, supercategory: undefined } : row;
  const extra = JSON.stringify({ coco: rest });
  return extra.length > MAX_KEPT_LENGTH || extra === '{"coco":{}}' ? {} : { extra };
}
