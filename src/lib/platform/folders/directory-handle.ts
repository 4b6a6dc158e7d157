import type { ChosenFolder, FolderAccess, ImageFolder } from '$lib/services/ports/folders';
import { foreseen, isAbort } from './reasons';
import { walk } from './walk';

/** TypeScript's DOM library lacks the parts of the File System Access API that prompt the person. */
declare global {
  interface Window {
    showDirectoryPicker?(options?: {
      mode?: 'read' | 'readwrite';
      id?: string;
    }): Promise<FileSystemDirectoryHandle>;
    showSaveFilePicker?(options?: {
      suggestedName?: string;
      types?: readonly { description?: string; accept: Record<string, readonly string[]> }[];
    }): Promise<FileSystemFileHandle>;
  }
  interface FileSystemHandle {
    queryPermission?(options: { mode: 'read' | 'readwrite' }): Promise<PermissionState>;
    requestPermission?(options: { mode: 'read' | 'readwrite' }): Promise<PermissionState>;
  }
  interface DataTransferItem {
    getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
  }
}

export interface ChosenDirectory extends ChosenFolder {
  readonly kind: 'directory';
  readonly handle: FileSystemDirectoryHandle;
}

export const canPick = (): boolean =>
  typeof window !== 'undefined' && window.showDirectoryPicker !== undefined;

/** Returns null if the person closed the picker. */
export async function pickDirectory(): Promise<ChosenDirectory | null> {
  try {
    return chosen(await window.showDirectoryPicker!({ mode: 'read', id: 'kakomi-pictures' }));
  } catch (error) {
    if (isAbort(error)) return null;
    throw error;
  }
}

export const chosen = (handle: FileSystemDirectoryHandle): ChosenDirectory => ({
  ...folderOf(handle),
  kind: 'directory',
  handle,
  files: [],
});

/** Wraps a directory handle as a folder of pictures. */
export function folderOf(root: FileSystemDirectoryHandle): ImageFolder {
  const directories = new Map<string, FileSystemDirectoryHandle>([['', root]]);

  const directory = async (path: string): Promise<FileSystemDirectoryHandle> => {
    const kept = directories.get(path);
    if (kept) return kept;
    const cut = path.lastIndexOf('/');
    const parent = await directory(path.slice(0, Math.max(0, cut)));
    const found = await parent.getDirectoryHandle(path.slice(cut + 1));
    directories.set(path, found);
    return found;
  };

  return {
    name: root.name,

    async *list(signal, onHidden) {
      for await (const files of walk(root, signal, () => false, onHidden))
        yield files.map(({ path }) => path);
    },

    walk: (signal, asks, onHidden) => walk(root, signal, asks, onHidden),

    async file(path) {
      const cut = path.lastIndexOf('/');
      try {
        const handle = await (
          await directory(path.slice(0, Math.max(0, cut)))
        ).getFileHandle(path.slice(cut + 1));
        return await handle.getFile();
      } catch (error) {
        throw foreseen(error, path, 'file-missing');
      }
    },
  };
}

export async function accessTo(handle: FileSystemDirectoryHandle): Promise<FolderAccess> {
  return fromPermission((await handle.queryPermission?.({ mode: 'read' })) ?? 'granted');
}

/** Returns `ask` also if the browser requires a separate click for this handle. */
export async function askFor(handle: FileSystemDirectoryHandle): Promise<FolderAccess> {
  try {
    return fromPermission((await handle.requestPermission?.({ mode: 'read' })) ?? 'granted');
  } catch (error) {
    if (error instanceof DOMException && error.name === 'SecurityError') return 'ask';
    throw error;
  }
}

const fromPermission = (state: PermissionState): FolderAccess => (state === 'granted' ? 'granted' : 'ask');
