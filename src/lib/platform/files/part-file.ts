/**
 * [Note: Part files]
 * In a browser without `createWritable` (Safari 17 and 18), a file is first written under a name of its own in the
 * folder `writing` of the origin private file system, and moved to its place when it is whole. A part file whose
 * writer is gone is removed at the next start (`sweepPartFiles`).
 */
const PARTS = 'writing';

export interface PartFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Afterwards all bytes are on the disk, and the file can be moved or removed. */
  close(): Promise<void>;
}

export const partsDirectory = async (create = true): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle(PARTS, { create });

/** Browsers offer synchronous access in dedicated workers alone. */
export const canOpenHere = (): boolean => 'createSyncAccessHandle' in FileSystemFileHandle.prototype;

/** Opens a new part file in this thread, which must be a dedicated worker. */
export async function openPartFile(name: string): Promise<PartFile> {
  const directory = await partsDirectory();
  const handle = await directory.getFileHandle(name, { create: true });
  const access = await (handle as FileSystemFileHandle & SyncCapable).createSyncAccessHandle();
  let at = 0;
  return {
    write(bytes) {
      for (let rest = bytes; rest.length > 0;) {
        const written = access.write(rest, { at });
        // A full disk is an error in some browsers, and a count of 0 in others.
        if (written === 0) throw new DOMException('no more bytes were written', 'QuotaExceededError');
        at += written;
        rest = rest.subarray(written);
      }
      return Promise.resolve();
    },
    close() {
      try {
        access.flush();
      } finally {
        access.close();
      }
      return Promise.resolve();
    },
  };
}

interface SyncCapable {
  createSyncAccessHandle(): Promise<{
    write(bytes: Uint8Array, options: { readonly at: number }): number;
    flush(): void;
    close(): void;
  }>;
}
