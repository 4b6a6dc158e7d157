import { blobAccess } from '$lib/binary/random-access';
import {
  dataStart,
  LOCAL_BYTES,
  ZipDamaged,
  zipDirectory,
  ZipTooLarge,
  type ZipEntry,
  type ZipLimits,
} from '$lib/binary/zip-directory';
import type { Container, StoragePlace } from './container';
import { asTruncated, readRange, readRanges } from './ranges';
import { refusal } from './refusal';
import { unpickle } from './unpickle';

/** No model's pickle is larger; it is held in memory. */
const MAX_PICKLE_BYTES = 64 * 2 ** 20;
/** More than a hundred thousand tensors need. */
const LIMITS: ZipLimits = { entries: 1_000_000, directoryBytes: 32 * 2 ** 20 };

/**
 * The layout since torch 1.6: a zip of stored entries `<name>/data.pkl`, `<name>/data/<key>` and in newer files
 * `<name>/byteorder`. It is described in torch/csrc/jit/serialization and torch/serialization.py.
 */
export async function openZip(file: Blob): Promise<Container> {
  const entries = await entriesOf(file);
  const paths = [...entries.keys()];
  const top = paths.find((path) => path.endsWith('/data.pkl'))?.slice(0, -'data.pkl'.length);
  if (top === undefined) throw refusal('not-a-model');
  const isScript = paths.some((path) => path === `${top}constants.pkl` || path.startsWith(`${top}code/`));
  if (isScript) throw refusal('torchscript');
  const order = entries.get(`${top}byteorder`);
  if (order && new TextDecoder().decode(await readEntry(file, order, 16)).trim() !== 'little')
    throw refusal('big-endian');
  const pickle = await readEntry(file, entries.get(`${top}data.pkl`)!, MAX_PICKLE_BYTES);
  return {
    root: asTruncated(() => unpickle(pickle)),
    async places(keys) {
      const found = [...keys].flatMap((key) => {
        const entry = entries.get(`${top}data/${key}`);
        return entry === undefined ? [] : ([[key, entry]] as const);
      });
      const headers = await readRanges(
        file,
        found.map(([, entry]) => headerOf(entry)),
      );
      return new Map(found.map(([key, entry], at) => [key, placeOf(file, entry, headers[at]!)]));
    },
  };
}

const headerOf = ({ offset }: ZipEntry) => ({ from: offset, to: offset + LOCAL_BYTES });

async function entriesOf(file: Blob): Promise<ReadonlyMap<string, ZipEntry>> {
  try {
    const entries = await zipDirectory(blobAccess(file), LIMITS);
    return new Map(entries.map((entry) => [entry.rawPath, entry]));
  } catch (error) {
    if (error instanceof ZipDamaged) throw refusal('truncated', {}, { cause: error });
    if (error instanceof ZipTooLarge) throw refusal('unsafe-pickle', {}, { cause: error });
    throw error;
  }
}

function placeOf(file: Blob, entry: ZipEntry, header: Uint8Array): StoragePlace {
  if (entry.method !== 0) throw refusal('compressed');
  const byteOffset = asTruncated(() => dataStart(entry, header));
  if (byteOffset + entry.size > file.size) throw refusal('truncated');
  return { byteOffset, byteLength: entry.size };
}

async function readEntry(file: Blob, entry: ZipEntry, most: number): Promise<Uint8Array> {
  const { from, to } = headerOf(entry);
  const { byteOffset, byteLength } = placeOf(file, entry, await readRange(file, from, to));
  if (byteLength > most) throw refusal('unsafe-pickle');
  return readRange(file, byteOffset, byteOffset + byteLength);
}
