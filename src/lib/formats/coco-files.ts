import { stemOf } from './paths';

/** A file whose rows have been read. */
interface FileRead {
  readonly path: string;
  /** The index of its first row among the rows of all files. */
  readonly first: number;
  /** For a results file: the indices of the pictures with results. Null if the file lists pictures itself. */
  readonly results: ReadonlySet<number> | null;
}

/** The files of a COCO dataset in reading order, and the models that results belong to. */
export class CocoFiles {
  readonly #files: FileRead[] = [];
  #models: readonly string[] = [];

  add(file: FileRead): void {
    this.#files.push(file);
    const isOnly = this.results.length < 2;
    this.#models = this.#files.map(({ path }) => (isOnly ? 'coco' : stemOf(path)));
  }

  get count(): number {
    return this.#files.length;
  }

  get lastPath(): string | undefined {
    return this.#files.at(-1)?.path;
  }

  /** Each results file belongs to one model; several results files belong to several models. */
  get results(): readonly { readonly model: string; readonly found: ReadonlySet<number> }[] {
    return this.#files.flatMap(({ results }, at) =>
      results === null ? [] : [{ model: this.#models[at] ?? '', found: results }],
    );
  }

  /** The index of the file that a row comes from. */
  fileOf(row: number): number {
    return this.#files.findLastIndex(({ first }) => first <= row);
  }

  modelOf(row: number): string {
    return this.#models[this.fileOf(row)]!;
  }
}
