import { ascii, isAt } from '$lib/binary/bytes';
import { AppError } from '$lib/domain/errors';
import { safePath } from '$lib/formats/paths';
import type { OpenedArchive } from '$lib/services/ports/archives';
import type { NamedFile } from '$lib/services/ports/folders';
import { blobAccess } from '$lib/binary/random-access';
import { withInnerZips } from './inner-zips';
import { packedKind } from './packed-kind';
import { openZip } from './zip-reader';

/** Opens files that belong together as one archive: a single zip, or the files of a folder, or loose files. */
export async function openArchive(files: readonly NamedFile[], name: string): Promise<OpenedArchive> {
  const [first] = files;
  if (first !== undefined && files.length === 1) {
    const source = blobAccess(first.file);
    if ((await isZip(first.file)) || (await isBehindAnother(first.file)))
      return withInnerZips(await openZip(source, first.file.name), source);
    const kind = await packedKind(source, first.file.name);
    if (kind !== null) throw new AppError('archive-kind', { path: first.file.name, kind });
  }
  return openFiles(files, name);
}

function openFiles(files: readonly NamedFile[], name: string): OpenedArchive {
  const byPath = new Map<string, File>();
  const unsafe: string[] = [];
  for (const { path, file } of files) {
    const safe = safePath(path);
    if (safe === null || safe === '') unsafe.push(path);
    else byPath.set(safe, file);
  }
  const need = (path: string): File => {
    const file = byPath.get(path);
    if (file === undefined) throw new AppError('file-missing', { path });
    return file;
  };
  return {
    name,
    paths: [...byPath.keys()],
    unsafe,
    bytes: (path) => fileBytes(need(path), path),
    size: (path) => need(path).size,
    part: () => Promise.reject(new AppError('file-missing', { path: name })),
  };
}

export async function isZip(file: Blob): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  return isAt(start, 0, 'PK') && (start[2] === 3 || start[2] === 5);
}

/** Whether a zip follows other bytes, such as a self-extracting program: such a file ends like every zip. */
async function isBehindAnother(file: Blob): Promise<boolean> {
  const end = new Uint8Array(await file.slice(Math.max(0, file.size - 22)).arrayBuffer());
  return isAt(end, 0, [...ascii('PK'), 5, 6]);
}

async function* fileBytes(file: File, path: string): AsyncIterable<Uint8Array> {
  const reader = file.stream().getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw new AppError('file-unreadable', { path }, { cause: error });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
