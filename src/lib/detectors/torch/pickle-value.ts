import type { DType } from './state-dict';

/** The name of a class or function in the file. It stays a name: nothing is looked up or imported. */
export class GlobalName {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}

  get path(): string {
    return `${this.module}.${this.name}`;
  }
}

/** A placeholder for an object of an unknown class, or for the result of a call, which is never made. */
export class Inert {
  /** The attributes that `__setstate__` would get. */
  state: PickleValue = null;
  /** The entries that were set on the object like on a dictionary. */
  readonly entries = new Map<PickleValue, PickleValue>();
  constructor(readonly of: PickleValue) {}
}

/** The raw elements that tensors are views of, by the container's key. */
export class Storage {
  constructor(
    readonly key: string,
    readonly dtype: DType,
    /** The number of elements. */
    readonly count: number,
    /**
     * The index of the first element in the storage with that key: old files share one storage between several.
     */
    readonly from: number,
  ) {}
}

/** A view of a storage, with the file's numbers, which are not validated yet. */
export class TensorView {
  constructor(
    readonly storage: Storage,
    /** In elements. */
    readonly offset: number,
    readonly shape: readonly number[],
    /** In elements. */
    readonly stride: readonly number[],
  ) {}
}

/**
 * A value that the pickle machine builds. Lists and tuples are arrays; dictionaries are Maps, so no key can reach a
 * prototype.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | GlobalName
  | Inert
  | Storage
  | TensorView;
