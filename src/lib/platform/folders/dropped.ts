import type { ChosenFolder, NamedFile } from '$lib/services/ports/folders';
import { chosenCopies } from './browser-storage';
import { chosen } from './directory-handle';

/**
 * A dropped folder, or loose dropped pictures. The browser takes the DataTransfer away when the event is
 * over, so everything is asked of it before the first await.
 */
export async function fromDrop(transfer: DataTransfer): Promise<ChosenFolder | null> {
  const items = [...transfer.items].filter((item) => item.kind === 'file');
  const entries = items.map((item) => item.webkitGetAsEntry());
  const loose = items.map((item) => item.getAsFile());
  const handles = await Promise.all(
    items.map((item) => item.getAsFileSystemHandle?.() ?? Promise.resolve(null)),
  );
  const directory = handles.find((handle) => handle?.kind === 'directory');
  if (directory) return chosen(directory as FileSystemDirectoryHandle);

  const folder = entries.find((entry) => entry?.isDirectory);
  if (folder) return chosenCopies(folder.name, await filesBelow(folder as FileSystemDirectoryEntry, ''));
  const files = loose.flatMap((file) => (file ? [{ path: file.name, file }] : []));
  return files.length === 0 ? null : { ...chosenCopies(files[0]!.path, files), isLoose: true };
}

/** For browsers without handles: every file below a dropped folder. */
async function filesBelow(
  directory: FileSystemDirectoryEntry,
  prefix: string,
): Promise<readonly NamedFile[]> {
  const reader = directory.createReader();
  const files: NamedFile[] = [];
  for (;;) {
    // A reader gives its entries in portions until it gives none.
    const entries = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (entries.length === 0) return files;
    for (const entry of entries) {
      if (entry.isDirectory)
        files.push(...(await filesBelow(entry as FileSystemDirectoryEntry, `${prefix}${entry.name}/`)));
      else files.push({ path: prefix + entry.name, file: await fileOf(entry as FileSystemFileEntry) });
    }
  }
}

const fileOf = (entry: FileSystemFileEntry) => new Promise<File>((done, fail) => entry.file(done, fail));
