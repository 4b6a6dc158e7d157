import type { ChosenFolder, NamedFile } from '$lib/services/ports/folders';
import { chosenCopies } from './browser-storage';
import { chosen } from './directory-handle';

/**
 * Reads a dropped folder, or loose dropped pictures. The browser clears the DataTransfer after the event, so
 * everything is requested from it before the first await.
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
    // A reader returns its entries in batches, and an empty batch at the end.
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
