import type { Container, StoragePlace } from './container';
import { PickleEnds } from './pickle-cursor';
import type { PickleValue } from './pickle-value';
import { readRange } from './ranges';
import { refusal } from './refusal';
import { BYTES_OF } from './state-dict';
import { unpickle, type Unpickled } from './unpickle';

const FIRST_READ_BYTES = 2 ** 20;
const MAX_PICKLE_BYTES = 64 * 2 ** 20;
/** The first pickle of the file: PROTO 2, LONG1 of ten bytes, STOP. */
const MAGIC = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
const COUNT_BYTES = 8;

export async function isLegacy(file: Blob): Promise<boolean> {
  const start = await readRange(file, 0, Math.min(MAGIC.length, file.size));
  // The person who saved the file may have asked for a later protocol than 2.
  return start.length === MAGIC.length && MAGIC.every((byte, at) => at === 1 || start[at] === byte);
}

/**
 * The layout before torch 1.6: five pickles (magic number, protocol, system, object, keys of the storages), then
 * for each key in that order an int64 count of elements and the elements. See `_legacy_save` in
 * torch/serialization.py.
 */
export async function openLegacy(file: Blob): Promise<Container> {
  const { root, keys, end } = await readPickles(file);
  return {
    root,
    async places() {
      const places = new Map<string, StoragePlace>();
      let at = end;
      for (const key of keys) {
        const count = Number(
          new DataView((await readRange(file, at, at + COUNT_BYTES)).buffer).getBigInt64(0, true),
        );
        const storage = root.storages.get(key);
        // The length of a storage with an unknown element type is unknown, so nothing after it can be found.
        if (storage === undefined) break;
        const place = { byteOffset: at + COUNT_BYTES, byteLength: count * BYTES_OF[storage.dtype] };
        at = place.byteOffset + place.byteLength;
        if (count < 0 || at > file.size) throw refusal('truncated');
        places.set(key, place);
      }
      return places;
    },
  };
}

/** The length of the pickles is known only once they are read: the buffer grows until they fit into it. */
async function readPickles(file: Blob) {
  for (let length = FIRST_READ_BYTES; ; length *= 4) {
    const bytes = await readRange(file, 0, Math.min(length, file.size));
    try {
      return parsePickles(bytes);
    } catch (error) {
      if (!(error instanceof PickleEnds)) throw error;
      if (length >= file.size) throw refusal('truncated', {}, { cause: error });
      if (length >= MAX_PICKLE_BYTES) throw refusal('unsafe-pickle', {}, { cause: error });
    }
  }
}

function parsePickles(bytes: Uint8Array): {
  readonly root: Unpickled;
  readonly keys: readonly string[];
  readonly end: number;
} {
  const protocol = unpickle(bytes, MAGIC.length);
  const system = unpickle(bytes, protocol.end);
  if (system.value instanceof Map && system.value.get('little_endian') === false) throw refusal('big-endian');
  const root = unpickle(bytes, system.end);
  const keys = unpickle(bytes, root.end);
  return { root, keys: texts(keys.value), end: keys.end };
}

const texts = (value: PickleValue): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
