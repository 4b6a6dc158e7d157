import { locks } from '../locks';
import { openChannel } from '../workers/channel';
import { PolicedWorker as Worker } from '../workers/policed-worker';
import { canOpenHere, openPartFile, partsDirectory, type PartFile } from './part-file';
import type { PartFileCalls } from './part-file.worker';

/**
 * [Note: Writing files]
 * The only way to write a file. The place keeps its old content, or stays empty, until the stream is closed; after an
 * abort or an error it is as it was. So no half-written file is ever taken for a whole one.
 */

/** Opens a file of the origin private file system, whose content will be replaced. */
export async function openForWriting(
  directory: FileSystemDirectoryHandle,
  name: string,
): Promise<WritableStream<Uint8Array>> {
  if (!('createWritable' in FileSystemFileHandle.prototype)) return writablePart(directory, name);
  return openChosen(await directory.getFileHandle(name, { create: true }));
}

/** Opens a file that was chosen in the browser's save dialog; a browser that has the dialog has `createWritable`. */
export const openChosen = (handle: FileSystemFileHandle): Promise<WritableStream<Uint8Array>> =>
  handle.createWritable();

export async function writeWhole(
  directory: FileSystemDirectoryHandle,
  name: string,
  file: Blob,
): Promise<void> {
  await file.stream().pipeTo(await openForWriting(directory, name));
}

/** Whether a file of this name and size exists. It is taken to be the same file, because every file is whole. */
export async function hasFile(
  directory: FileSystemDirectoryHandle,
  name: string,
  size: number,
): Promise<boolean> {
  try {
    return (await (await directory.getFileHandle(name)).getFile()).size === size;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return false;
    throw error;
  }
}

/** Removes the part files whose writers are gone. Fails where there has never been a part file. */
export async function sweepPartFiles(): Promise<void> {
  const directory = await partsDirectory(false);
  for await (const name of directory.keys()) {
    const release = await locks.tryHold(lockOf(name));
    if (release === null) continue;
    await directory.removeEntry(name).finally(release);
  }
}

/** Held by the thread that writes the part file, and released with it. */
const lockOf = (partName: string): string => `writing/${partName}`;

/** See [Note: Part files] in part-file.ts. */
async function writablePart(
  directory: FileSystemDirectoryHandle,
  name: string,
): Promise<WritableStream<Uint8Array>> {
  const partName = crypto.randomUUID();
  const release = await locks.hold(lockOf(partName));
  let part: PartFile;
  try {
    part = await (canOpenHere() ? openPartFile(partName) : openInWorker(partName));
  } catch (error) {
    release();
    throw error;
  }
  const discard = async (): Promise<void> => {
    try {
      await part.close();
    } catch {
      // The error that caused the discard is the one that is reported.
    }
    // A part file that cannot be removed now is removed at a later start.
    await (await partsDirectory()).removeEntry(partName).catch(() => undefined);
    release();
  };
  // A WritableStream calls `abort` if its writer aborts, but not after a failed `write` or `close`.
  const orDiscard = async (step: () => Promise<void>): Promise<void> => {
    try {
      await step();
    } catch (error) {
      await discard();
      throw error;
    }
  };
  return new WritableStream({
    write: (bytes) => orDiscard(() => part.write(bytes)),
    close: () =>
      orDiscard(async () => {
        await part.close();
        await moveTo(await (await partsDirectory()).getFileHandle(partName), directory, name);
        release();
      }),
    abort: discard,
  });
}

/** Moves a file; a file of the same name is replaced. */
async function moveTo(
  file: FileSystemFileHandle,
  directory: FileSystemDirectoryHandle,
  name: string,
): Promise<void> {
  const movable = file as FileSystemFileHandle & Movable;
  try {
    await movable.move(directory, name);
  } catch (error) {
    // Not every browser moves over an existing file.
    const isRemoved = await directory.removeEntry(name).then(
      () => true,
      () => false,
    );
    if (!isRemoved) throw error;
    await movable.move(directory, name);
  }
}

interface Movable {
  move(directory: FileSystemDirectoryHandle, name: string): Promise<void>;
}

/** The page's only worker for part files; it is started with the first one. */
const worker = openChannel<PartFileCalls>(
  () => new Worker(new URL('./part-file.worker.ts', import.meta.url), { type: 'module' }),
);

async function openInWorker(name: string): Promise<PartFile> {
  await browserErrors(worker.call('open', name));
  return {
    async write(bytes) {
      // A view is sent with its whole buffer, and the buffer may still be in use here.
      const own = bytes.slice();
      await browserErrors(worker.call('write', { name, bytes: own }, { transfer: [own.buffer] }));
    },
    close: () => browserErrors(worker.call('close', name)),
  };
}

/** Gives an error of the browser its class back, which it loses between threads. */
async function browserErrors(call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && error.constructor === Error)
      throw new DOMException(error.message, error.name);
    throw error;
  }
}
