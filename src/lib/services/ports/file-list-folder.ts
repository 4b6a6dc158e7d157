import { AppError } from '$lib/domain/errors';
import { epochMs } from '$lib/domain/ids';
import type { ImageFolder, NamedFile } from './folders';

/** Presents chosen files as a folder. */
export function folderOfFiles(name: string, files: readonly NamedFile[]): ImageFolder {
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  return {
    name,
    async *list() {
      await Promise.resolve();
      yield [...byPath.keys()];
    },
    async *walk() {
      await Promise.resolve();
      yield files.map(({ path, file }) => ({
        path,
        bytes: file.size,
        modifiedAt: epochMs(file.lastModified),
      }));
    },
    async file(path) {
      await Promise.resolve();
      const file = byPath.get(path);
      if (!file) throw new AppError('file-missing', { path });
      return file;
    },
  };
}

/** Presents the browser's copies as a folder: a file that does not exist is a copy that the browser has lost. */
export const copiedFolder = (folder: ImageFolder): ImageFolder => ({
  ...folder,
  async file(path) {
    try {
      return await folder.file(path);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'file-missing') throw error;
      throw new AppError('copy-missing', { path }, { cause: error });
    }
  },
});
