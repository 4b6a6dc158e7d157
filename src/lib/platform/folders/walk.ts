import { epochMs } from '$lib/domain/ids';
import type { FoundFile } from '$lib/domain/sync';
import { foreseen } from './reasons';

const BATCH = 500;
/** The number of files whose size and time are requested at the same time: enough to keep the disk busy. */
const ASKED_AT_ONCE = 32;

/**
 * Yields all files below a directory, folder by folder. A folder whose name begins with a dot is reported and
 * skipped.
 */
export async function* walk(
  root: FileSystemDirectoryHandle,
  signal: AbortSignal,
  asks: (path: string) => boolean,
  onHidden: (path: string) => void = () => undefined,
): AsyncGenerator<readonly FoundFile[]> {
  let batch: (FoundFile | Promise<FoundFile | null>)[] = [];
  /**
   * The previous batch is awaited while the next one is collected, so that the disk is never idle in between.
   */
  let before: Promise<readonly FoundFile[]> | null = null;
  const asked = new Set<Promise<unknown>>();
  const waiting: [prefix: string, handle: FileSystemDirectoryHandle][] = [['', root]];
  try {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [prefix, handle] = next;
      for await (const entry of handle.values()) {
        signal.throwIfAborted();
        const path = prefix + entry.name;
        if (entry.kind === 'directory') {
          if (entry.name.startsWith('.')) onHidden(path);
          else waiting.push([`${path}/`, entry]);
          continue;
        }
        if (asks(path)) {
          const answer = ask(entry, path);
          batch.push(answer);
          asked.add(answer);
          void answer.finally(() => asked.delete(answer));
          if (asked.size >= ASKED_AT_ONCE) await Promise.race(asked);
        } else batch.push({ path, bytes: null, modifiedAt: null });
        if (batch.length < BATCH) continue;
        const full = settled(batch);
        batch = [];
        if (before) yield await before;
        before = full;
      }
    }
    if (before) yield await before;
    if (batch.length > 0) yield await settled(batch);
  } catch (error) {
    throw foreseen(error, root.name, 'folder-missing');
  }
}

const settled = async (batch: readonly (FoundFile | Promise<FoundFile | null>)[]) =>
  (await Promise.all(batch.map((file) => Promise.resolve(file)))).filter((file) => file !== null);

/** Null if the file was removed during the walk. A file that cannot be read is listed all the same. */
async function ask(entry: FileSystemFileHandle, path: string): Promise<FoundFile | null> {
  try {
    const { size, lastModified } = await entry.getFile();
    return { path, bytes: size, modifiedAt: epochMs(lastModified) };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return null;
    return { path, bytes: null, modifiedAt: null };
  }
}
