import type { SourceId } from '$lib/domain/ids';
import type { ChosenFolder, NamedFile } from '$lib/services/ports/folders';
import { foreseen } from './directory-handle';

/** Where copied pictures lie in the origin private file system: `sources/<source id>/<path>`. */
const ROOT = 'sources';

async function sourcesDirectory(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(ROOT, { create: true });
}

export async function copiedDirectory(id: SourceId): Promise<FileSystemDirectoryHandle> {
  return (await sourcesDirectory()).getDirectoryHandle(id, { create: true });
}

export async function forgetCopies(id: SourceId): Promise<void> {
  const root = await sourcesDirectory();
  for await (const name of root.keys()) if (name === id) await root.removeEntry(name, { recursive: true });
}

/** Copies a file in. One of that size is taken to be the same: a cancelled copy can be run again. */
export async function copyIn(id: SourceId, path: string, file: File): Promise<void> {
  try {
    const parts = path.split('/');
    let directory = await copiedDirectory(id);
    for (const part of parts.slice(0, -1))
      directory = await directory.getDirectoryHandle(part, { create: true });
    const handle = await directory.getFileHandle(parts.at(-1)!, { create: true });
    if (file.size > 0 && (await handle.getFile()).size === file.size) return;
    await writeWhole(handle, file);
  } catch (error) {
    throw foreseen(error, path, 'file-missing');
  }
}

/** In one go where the browser can; else through a worker's synchronous handle, for older Safari. */
export async function writeWhole(handle: FileSystemFileHandle, file: File): Promise<void> {
  if ('createWritable' in handle) {
    await file.stream().pipeTo(await handle.createWritable());
    return;
  }
  const access = await (handle as FileSystemFileHandle & SyncCapable).createSyncAccessHandle();
  try {
    access.truncate(0);
    access.write(await file.arrayBuffer());
    access.flush();
  } finally {
    access.close();
  }
}

interface SyncCapable {
  createSyncAccessHandle(): Promise<{
    truncate(size: number): void;
    write(bytes: ArrayBuffer): number;
    flush(): void;
    close(): void;
  }>;
}

/** Files of a folder input, with their paths below the folder. Null: none was chosen. */
export function fromFileList(files: readonly File[]): ChosenFolder | null {
  const first = files[0];
  if (!first) return null;
  const name = first.webkitRelativePath.split('/')[0] ?? '';
  return chosenCopies(
    name,
    files.map((file) => ({ path: file.webkitRelativePath.split('/').slice(1).join('/') || file.name, file })),
  );
}

/** Files that will be copied in. */
export function chosenCopies(name: string, files: readonly NamedFile[]): ChosenFolder {
  const visible = files.filter(
    ({ path }) =>
      !path
        .split('/')
        .slice(0, -1)
        .some((part) => part.startsWith('.')),
  );
  const byPath = new Map(visible.map(({ path, file }) => [path, file]));
  return {
    name,
    kind: 'copied',
    files: visible,
    async *list() {
      await Promise.resolve();
      yield [...byPath.keys()];
    },
    async file(path) {
      await Promise.resolve();
      const file = byPath.get(path);
      if (!file) throw foreseen(new DOMException(path, 'NotFoundError'), path, 'file-missing');
      return file;
    },
  };
}
