import type { DType } from './state-dict';

/** The name of a class or function that the file mentions. It is a name and nothing more: nothing is looked up. */
export class GlobalName {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}

  get path(): string {
    return `${this.module}.${this.name}`;
  }
}

/** What would be an object of a class we do not know, or the result of a call that is never made. */
export class Inert {
  /** Attributes, as `__setstate__` would get them. */
  state: PickleValue = null;
  /** Entries given as to a dictionary. */
  readonly entries = new Map<PickleValue, PickleValue>();
  constructor(readonly of: PickleValue) {}
}

/** Raw elements that tensors are views of, by the key that the container knows them by. */
export class Storage {
  constructor(
    readonly key: string,
    readonly dtype: DType,
    /** In elements. */
    readonly count: number,
    /** In elements, from the start of the storage of that key: old files share one between several. */
    readonly from: number,
  ) {}
}

/** A view of a storage; numbers as the file tells them, not yet checked. */
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

/** What the pickle machine builds. Lists and tuples are arrays; dictionaries are Maps, so no key can reach a prototype. */
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
