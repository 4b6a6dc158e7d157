import type { Category } from '$lib/domain/dataset';
import { MAX_KEPT_LENGTH } from '$lib/domain/kept';
import { labelOf, numberFrom, textOr } from './boxes';
import { keyOf, type Fields, type Key } from './coco-keys';
import type { ReadContext } from './format';

/** The categories of all files of a COCO dataset, merged by name. */
export class CocoCategories {
  readonly #context: ReadContext;
  /** Names by index; boxes store this index instead of a category id. */
  readonly names: string[] = [];
  readonly #byLabel = new Map<string, Category & { readonly at: number }>();
  readonly #supercategories = new Set<string>();
  readonly #groups = new Set<string>();
  /** Indices by the category ids of the current file, and of all files. */
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
      // The id has two names, so neither can be trusted: the id becomes the name.
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

  /** The current file's name for a category id. */
  nameOf(id: Key): string | undefined {
    const at = this.#own.get(id);
    return at === undefined ? undefined : this.names[at];
  }

  /**
   * The index of a category id. If no file names the id, it gets a name made from the number, and an issue is
   * reported.
   */
  at(id: Key, isOfAllFiles: boolean): number {
    const known = (isOfAllFiles ? this.#all : this.#own).get(id);
    if (known !== undefined) return known;
    this.#context.issue({ code: 'category-unnamed', path: this.#path, place: `category ${id}` });
    const at = this.#placeOf(this.#freeName(id), numberFrom(id));
    this.#own.set(id, at);
    return at;
  }

  /**
   * The categories in the order of the files. Roboflow lists the group of its classes as category 0, which is
   * dropped if no box has it.
   */
  all(used: ReadonlySet<number>): readonly Category[] {
    return [...this.#byLabel.values()]
      .filter(
        ({ labelId, at }) =>
          used.has(at) || !(this.#groups.has(labelId) && this.#supercategories.has(labelId)),
      )
      .map(({ at: _, ...category }) => category);
  }

  /** A name made from the number that differs from every name in the files. */
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

/** The members of a category besides its name. */
function categoryExtra({ name: _, ...row }: Fields): Pick<Category, 'extra'> {
  const rest = row['supercategory'] === '' ? { ...row, supercategory: undefined } : row;
  const extra = JSON.stringify({ coco: rest });
  return extra.length > MAX_KEPT_LENGTH || extra === '{"coco":{}}' ? {} : { extra };
}
