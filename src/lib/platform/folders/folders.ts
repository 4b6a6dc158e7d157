import { AppError } from '$lib/domain/errors';
import type { SourceId } from '$lib/domain/ids';
import type { SourceStorage } from '$lib/domain/source';
import { copiedFolder, folderOfFiles } from '$lib/services/ports/file-list-folder';
import type { Folders } from '$lib/services/ports/folders';
import type { KakomiDexie } from '../database/connection';
import {
  copiedBytes,
  copiedDirectory,
  copyIn,
  forgetCopies,
  fromFileList,
  hasCopies,
  removeCopy,
  space,
} from './browser-storage';
import { accessTo, askFor, canPick, folderOf, pickDirectory } from './directory-handle';
import { fromDrop } from './dropped';

/** Folders on disk and in the browser's own storage, behind one port. */
export function makeFolders(db: KakomiDexie): Folders {
  const handleOf = async (source: SourceStorage): Promise<FileSystemDirectoryHandle> => {
    if (source.kind === 'copied') return copiedDirectory(source.id);
    const row = await db.handles.get(source.id);
    if (!row) throw new AppError('folder-missing', { path: source.folderName });
    return row.handle;
  };

  return {
    canPick: canPick(),
    pick: pickDirectory,
    fromDrop: (transfer) => fromDrop(transfer as DataTransfer),
    fromFiles: fromFileList,
    openChosen: ({ name, handle, files }) =>
      handle === null ? folderOfFiles(name, files) : folderOf(handle as FileSystemDirectoryHandle),
    async keep(id: SourceId, { handle }) {
      if (handle === null) await db.handles.delete(id);
      else await db.handles.put({ sourceId: id, handle: handle as FileSystemDirectoryHandle });
    },
    async open(source) {
      const folder = folderOf(await handleOf(source));
      return source.kind === 'copied' ? copiedFolder(folder) : folder;
    },
    access: (source) => withHandle(source, accessTo),
    requestAccess: (source) => withHandle(source, askFor),
    copyIn,
    removeCopy,
    space,
    copiedBytes,
    forgetCopies,
    async forget(id) {
      await db.handles.delete(id);
      await forgetCopies(id);
    },
  };

  async function withHandle<Answer>(
    source: SourceStorage,
    ask: (handle: FileSystemDirectoryHandle) => Promise<Answer>,
  ) {
    // Before the first sync the copying may still be running.
    if (source.kind === 'copied')
      return source.lastSync === null || (await hasCopies(source.id)) ? 'granted' : 'gone';
    const row = await db.handles.get(source.id);
    return row ? ask(row.handle) : 'gone';
  }
}
