import { serveWorker, type Call } from '../workers/channel';
import { openPartFile, type PartFile } from './part-file';

/** Writes part files for the page. See [Note: Part files] in part-file.ts. Every call names its file. */
export interface PartFileCalls {
  readonly open: Call<string, void>;
  readonly write: Call<{ readonly name: string; readonly bytes: Uint8Array }, void>;
  readonly close: Call<string, void>;
}

const open = new Map<string, PartFile>();

serveWorker<PartFileCalls>({
  async open(name) {
    open.set(name, await openPartFile(name));
  },
  write: ({ name, bytes }) => open.get(name)!.write(bytes),
  async close(name) {
    const file = open.get(name);
    open.delete(name);
    await file?.close();
  },
});
