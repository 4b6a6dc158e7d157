import type { Unpickled } from './unpickle';

/** Where the elements of one storage lie in the file. */
export interface StoragePlace {
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** One of the two file layouts of `torch.save`, opened. */
export interface Container {
  readonly root: Unpickled;
  /** By key; a key that the file does not have is not among them. */
  places(keys: ReadonlySet<string>): Promise<ReadonlyMap<string, StoragePlace>>;
}
