import type { Unpickled } from './unpickle';

/** Where the elements of one storage lie in the file. */
export interface StoragePlace {
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** An opened file in one of the two layouts of `torch.save`. */
export interface Container {
  readonly root: Unpickled;
  /** The places of the storages by key; a key that the file does not have is absent. */
  places(keys: ReadonlySet<string>): Promise<ReadonlyMap<string, StoragePlace>>;
}
