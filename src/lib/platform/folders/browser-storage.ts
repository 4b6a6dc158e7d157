import type { SourceId } from '$lib/domain/ids';
import { folderOfFiles } from '$lib/services/ports/file-list-folder';
import type { ChosenFolder, NamedFile } from '$lib/services/ports/folders';
import { hasFile, writeWhole } from '../files/file-writer';
import { foreseen } from './reasons';
import { walk } from './walk';

/** The folder of copied pictures in the origin private file system: `sources/<source id>/<path>`. */
const ROOT = 'sources';

async function sourcesDirectory(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(ROOT, { create: true });
}

export async function copiedDirectory(id: SourceId): Promise<FileSystemDirectoryHandle> {
  return (await sourcesDirectory()).getDirectoryHandle(id, { create: true });
}

export async function copiedBytes(id: SourceId): Promise<number> {
  let sum = 0;
  const { signal } = new AbortController();
  for await (const files of walk(await copiedDirectory(id), signal, () => true))
    for (const { bytes } of files) sum += bytes ?? 0;
  return sum;
}

/** If the browser does not report its quota, space is assumed: a write fails if there is none. */
export async function space(): Promise<{ readonly used: number; readonly free: number }> {
  const { usage = 0, quota = Infinity } = await navigator.storage.estimate();
  return { used: usage, free: Math.max(0, quota - usage) };
}

export async function hasCopies(id: SourceId): Promise<boolean> {
  for await (const name of (await copiedDirectory(id)).keys()) return name !== '';
  return false;
}

export async function forgetCopies(id: SourceId): Promise<void> {
  const root = await sourcesDirectory();
  for await (const name of root.keys()) if (name === id) await root.removeEntry(name, { recursive: true });
}

/**
 * Copies a file. An existing file of the same size is taken to be the same, so that a cancelled copy can be run
 * again.
 */
export async function copyIn(id: SourceId, path: string, file: File): Promise<void> {
  try {
    const parts = path.split('/');
    let directory = await copiedDirectory(id);
    for (const part of parts.slice(0, -1))
      directory = await directory.getDirectoryHandle(part, { create: true });
    const name = parts.at(-1)!;
    if (!(await hasFile(directory, name, file.size))) await writeWhole(directory, name, file);
  } catch (error) {
    throw foreseen(error, path, 'file-missing');
  }
}

export async function removeCopy(id: SourceId, path: string): Promise<void> {
  try {
    const parts = path.split('/');
    let directory = await copiedDirectory(id);
    for (const part of parts.slice(0, -1)) directory = await directory.getDirectoryHandle(part);
    await directory.removeEntry(parts.at(-1)!);
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== 'NotFoundError')
      throw foreseen(error, path, 'file-missing');
  }
}

/** The files of a folder input, with their paths below the folder. Null if none was chosen. */
export function fromFileList(files: readonly File[]): ChosenFolder | null {
  const first = files[0];
  if (!first) return null;
  const name = first.webkitRelativePath.split('/')[0] ?? '';
  const copies = chosenCopies(
    name || first.name,
    files.map((file) => ({ path: file.webkitRelativePath.split('/').slice(1).join('/') || file.name, file })),
  );
  // A browser whose file dialog cannot choose folders gives files without a path.
  return name === '' ? { ...copies, isLoose: true } : copies;
}

/** Chosen files that will be copied into the browser's storage. */
export function chosenCopies(name: string, files: readonly NamedFile[]): ChosenFolder {
  const isHidden = ({ path }: NamedFile) =>
    path
      .split('/')
      .slice(0, -1)
      .some((part) => part.startsWith('.'));
  const hidden = files.filter(isHidden);
  const visible = files.filter((file) => !isHidden(file));
  const folder = folderOfFiles(name, visible);
  const reportHidden = (onHidden?: (path: string) => void) => hidden.forEach(({ path }) => onHidden?.(path));
  return {
    ...folder,
    kind: 'copied',
    files: visible,
    handle: null,
    list(signal, onHidden) {
      reportHidden(onHidden);
      return folder.list(signal);
    },
    walk(signal, asks, onHidden) {
      reportHidden(onHidden);
      return folder.walk(signal, asks);
    },
  };
}
