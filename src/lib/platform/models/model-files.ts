import type { ModelFileStore } from '$lib/services/ports/inference';
import { hasFile, writeWhole } from '../files/file-writer';
import { foreseen } from '../folders/reasons';
import { sha256 } from './sha256';

/** The folder of models in the origin private file system: `models/<hash>/<file name>`. */
const ROOT = 'models';

const modelsDirectory = async (): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle(ROOT, { create: true });

/** Two models with the same bytes share one directory. */
export const modelFiles: ModelFileStore = {
  async keep(hash, { file, beside }) {
    try {
      const directory = await (await modelsDirectory()).getDirectoryHandle(hash, { create: true });
      for (const one of [file, ...beside])
        if (!(await hasFile(directory, one.name, one.size))) await writeWhole(directory, one.name, one);
    } catch (error) {
      throw foreseen(error, file.name, 'file-missing');
    }
  },

  async open(hash, fileName) {
    try {
      const directory = await (await modelsDirectory()).getDirectoryHandle(hash);
      const file = await (await directory.getFileHandle(fileName)).getFile();
      const beside: File[] = [];
      for await (const [name, handle] of directory.entries())
        if (name !== fileName && handle.kind === 'file') beside.push(await handle.getFile());
      return { file, beside };
    } catch (error) {
      throw foreseen(error, fileName, 'file-missing');
    }
  },

  async forget(hash) {
    const root = await modelsDirectory();
    for await (const name of root.keys())
      if (name === hash) await root.removeEntry(name, { recursive: true });
  },

  hash: sha256,
};
