import { AppError } from '$lib/domain/errors';
import type { ChosenFolder, FolderAccess, ImageFolder } from '$lib/services/ports/folders';

/** TypeScript's DOM library does not know the parts of the File System Access API that ask the person. */
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

/** Null: the person closed the picker. */
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

const BATCH = 500;

/** A directory handle as a folder of pictures. */
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

    async *list(signal) {
      let batch: string[] = [];
      const waiting: [prefix: string, handle: FileSystemDirectoryHandle][] = [['', root]];
      try {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const [prefix, handle] = next;
          for await (const entry of handle.values()) {
            signal.throwIfAborted();
            if (entry.kind === 'directory') {
              if (!entry.name.startsWith('.')) waiting.push([`${prefix}${entry.name}/`, entry]);
              continue;
            }
            batch.push(prefix + entry.name);
            if (batch.length < BATCH) continue;
            yield batch;
            batch = [];
          }
        }
      } catch (error) {
        throw foreseen(error, root.name, 'folder-missing');
      }
      if (batch.length > 0) yield batch;
    },

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

export async function askFor(handle: FileSystemDirectoryHandle): Promise<FolderAccess> {
  return fromPermission((await handle.requestPermission?.({ mode: 'read' })) ?? 'granted');
}

const fromPermission = (state: PermissionState): FolderAccess => (state === 'granted' ? 'granted' : 'ask');

export const isAbort = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'AbortError';

/** The browser's reasons in our words; anything else is unforeseen and flies on. */
export function foreseen(
  error: unknown,
  path: string,
  whenNotFound: 'file-missing' | 'folder-missing',
): unknown {
  if (!(error instanceof DOMException)) return error;
  switch (error.name) {
    case 'NotFoundError':
    case 'TypeMismatchError':
      return new AppError(whenNotFound, { path }, { cause: error });
    case 'NotAllowedError':
    case 'SecurityError':
      return new AppError('permission-needed', { path }, { cause: error });
    case 'NotReadableError':
      return new AppError('file-unreadable', { path }, { cause: error });
    case 'QuotaExceededError':
      return new AppError('storage-full', { path }, { cause: error });
    default:
      return error;
  }
}
