import { stemOf } from './paths';

/** A file whose rows were read. */
interface FileRead {
  readonly path: string;
  /** Its first row, in the rows of all files. */
  readonly first: number;
  /** Of results: the places of the pictures with any. Null: the file names pictures itself. */
  readonly results: ReadonlySet<number> | null;
}

/** The files of a COCO dataset in the order that they were read in, and the models that results are of. */
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

  /** Results of one file are of one model; with several such files each is one of its own. */
  get results(): readonly { readonly model: string; readonly found: ReadonlySet<number> }[] {
    return this.#files.flatMap(({ results }, at) =>
      results === null ? [] : [{ model: this.#models[at] ?? '', found: results }],
    );
  }

  /** The place of the file that a row is of. */
  fileOf(row: number): number {
    return this.#files.findLastIndex(({ first }) => first <= row);
  }

  modelOf(row: number): string {
    return this.#models[this.fileOf(row)]!;
  }
}
