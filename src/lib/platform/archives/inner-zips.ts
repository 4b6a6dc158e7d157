import { AppError } from '$lib/domain/errors';
import type { OpenedArchive } from '$lib/services/ports/archives';
import { blobAccess, partOf, type RandomAccess } from '$lib/binary/random-access';
import { openZip } from './zip-reader';

/** A compressed inner zip is decompressed into memory, up to this many bytes. */
const MAX_BYTES = 256 * 2 ** 20;
const MAX_ZIPS = 20;

const IS_ZIP = /\.zip$/i;
/** Files that datasets are read from; a text beside a zip is a note about it. */
const IS_DATA = /\.(json|xml|csv|tsv|ya?ml)$/i;

/**
 * Opens a zip that holds only zips, as some download sites pack them: the entries of an inner zip appear below its
 * name. Zips inside the inner zips stay closed.
 */
export async function withInnerZips(outer: OpenedArchive, source: RandomAccess): Promise<OpenedArchive> {
  const inner = outer.paths.filter((path) => IS_ZIP.test(path) && !/(^|\/)(__MACOSX\/|\._)/.test(path));
  if (inner.length === 0 || inner.length > MAX_ZIPS || outer.paths.some((path) => IS_DATA.test(path)))
    return outer;
  const opened = new Map<string, OpenedArchive>();
  for (const path of inner) opened.set(path, await openZip(await accessTo(outer, path, source), path));

  const places = new Map<string, readonly [archive: OpenedArchive, path: string]>();
  for (const path of outer.paths) if (!opened.has(path)) places.set(path, [outer, path]);
  for (const [zip, archive] of opened)
    for (const path of archive.paths) places.set(`${zip.replace(IS_ZIP, '')}/${path}`, [archive, path]);
  const at = (path: string) => {
    const place = places.get(path);
    if (place === undefined) throw new AppError('file-missing', { path });
    return place;
  };
  return {
    name: outer.name,
    paths: [...places.keys()],
    unsafe: [...outer.unsafe, ...[...opened.values()].flatMap(({ unsafe }) => unsafe)],
    spellings(path) {
      const [archive, inside] = at(path);
      return archive.spellings?.(inside) ?? [];
    },
    bytes(path) {
      const [archive, inside] = at(path);
      return archive.bytes(inside);
    },
    size(path) {
      const [archive, inside] = at(path);
      return archive.size(inside);
    },
    part: (path) => Promise.reject(new AppError('file-missing', { path })),
  };
}

/** Reads a stored inner zip where it lies, and a compressed one from memory. */
async function accessTo(outer: OpenedArchive, path: string, source: RandomAccess): Promise<RandomAccess> {
  try {
    const { from, size } = await outer.part(path);
    return partOf(source, from, size);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
  if (outer.size(path) > MAX_BYTES)
    throw new AppError('archive-too-large', { path, bytes: outer.size(path) });
  const pieces: BlobPart[] = [];
  for await (const bytes of outer.bytes(path)) pieces.push(bytes.slice());
  return blobAccess(new Blob(pieces));
}
