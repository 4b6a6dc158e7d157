import type { ArchiveEntry, Archives, OutputTarget } from '$lib/services/ports/archives';
import { downloadZip } from 'client-zip';
import { openChosen, openForWriting } from '../files/file-writer';
import { isAbort } from '../folders/reasons';

const MIME_TYPES: Readonly<Record<string, string>> = {
  '.zip': 'application/zip',
  '.json': 'application/json',
  '.csv': 'text/csv',
  '.tsv': 'text/tab-separated-values',
  '.kakomi': 'application/x-kakomi',
};

/** The folder in the origin private file system that holds downloads while they are written. */
const DOWNLOADS = 'downloads';

/** Writes a stream of stored entries; pictures are compressed already. */
export async function writeZip(
  target: OutputTarget,
  entries: AsyncIterable<ArchiveEntry>,
  signal: AbortSignal,
): Promise<void> {
  await writeBytes(target, zipStream(entries), signal);
}

export const zipStream = (entries: AsyncIterable<ArchiveEntry>): ReadableStream<Uint8Array<ArrayBuffer>> =>
  downloadZip(inputs(entries)).body!;

/** Writes any stream of bytes to the target. */
export async function writeBytes(
  target: OutputTarget,
  bytes: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const { handle, name } = target;
  const writable = handle ? await openChosen(handle) : await openForWriting(await downloadsDirectory(), name);
  await bytes.pipeTo(writable, { signal });
}

export async function writeText(
  target: OutputTarget,
  text: AsyncIterable<string>,
  signal: AbortSignal,
): Promise<void> {
  await writeBytes(target, textStream(text), signal);
}

export const choosing: Pick<Archives, 'choose' | 'deliver'> = {
  async choose(name) {
    if (!window.showSaveFilePicker) return { name, kind: 'download', handle: null };
    try {
      const ending = name.slice(name.lastIndexOf('.'));
      const types = [{ accept: { [MIME_TYPES[ending] ?? 'application/octet-stream']: [ending] } }];
      const handle = await window.showSaveFilePicker({ suggestedName: name, types });
      return { name: handle.name, kind: 'file', handle };
    } catch (error) {
      if (isAbort(error)) return null;
      throw error;
    }
  },

  async deliver(target) {
    if (target.kind === 'file') return;
    const handle = await (await downloadsDirectory()).getFileHandle(target.name);
    const url = URL.createObjectURL(await handle.getFile());
    const link = document.createElement('a');
    link.href = url;
    link.download = target.name;
    link.click();
    // The browser goes on reading after the click; the file itself is removed at the next start (`sweepDownloads`).
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  },
};

/** Removes what earlier downloads left. Called once at the start, when no download is running in this tab. */
export async function sweepDownloads(): Promise<void> {
  const root = await navigator.storage.getDirectory();
  for await (const name of root.keys())
    if (name === DOWNLOADS) await root.removeEntry(name, { recursive: true });
}

async function downloadsDirectory(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(DOWNLOADS, { create: true });
}

async function* inputs(entries: AsyncIterable<ArchiveEntry>) {
  for await (const { path, modifiedAt, content } of entries) {
    yield {
      name: path,
      lastModified: modifiedAt,
      input: content instanceof File || content instanceof Uint8Array ? content : textStream(content),
    };
  }
}

function textStream(
  text: AsyncIterable<string | Uint8Array<ArrayBuffer>>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const pieces = text[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const piece = await pieces.next();
      if (piece.done) controller.close();
      else controller.enqueue(typeof piece.value === 'string' ? encoder.encode(piece.value) : piece.value);
    },
  });
}
