import { AppError } from '$lib/domain/errors';
import type { SourceId } from '$lib/domain/ids';
import type { SourceStorage } from '$lib/domain/source';
import type { ChosenFolder, Folders } from '$lib/services/ports/folders';
import type { KakomiDexie } from '../database/schema';
import {
  copiedBytes,
  copiedDirectory,
  copyIn,
  forgetCopies,
  fromFileList,
  removeCopy,
  space,
} from './browser-storage';
import { accessTo, askFor, canPick, folderOf, pickDirectory, type ChosenDirectory } from './directory-handle';
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
    async keep(id: SourceId, folder: ChosenFolder) {
      if (folder.kind === 'directory')
        await db.handles.put({ sourceId: id, handle: (folder as ChosenDirectory).handle });
    },
    open: async (source) => folderOf(await handleOf(source)),
    access: (source) => withHandle(source, accessTo),
    requestAccess: (source) => withHandle(source, askFor),
    copyIn,
    removeCopy,
    space,
    copiedBytes,
    async forget(id) {
      await db.handles.delete(id);
      await forgetCopies(id);
    },
  };

  async function withHandle<Answer>(
    source: SourceStorage,
    ask: (handle: FileSystemDirectoryHandle) => Promise<Answer>,
  ) {
    if (source.kind === 'copied') return 'granted';
    const row = await db.handles.get(source.id);
    return row ? ask(row.handle) : 'gone';
  }
}
