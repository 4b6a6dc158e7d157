import { AppError } from '$lib/domain/errors';
import type { ArchiveEntry, OpenedArchive } from '$lib/services/ports/archives';
import { newSealing, openSealing, sealed, unsealed, type EncryptionHeader } from './encrypted';
import { blobAccess, partOf } from '$lib/binary/random-access';
import { openZip } from './zip-reader';
import { zipStream } from './zip-writer';

const HEADER = 'encryption.json';
const CONTENT = 'content';

/** A backup's bytes: a zip, or, with a passphrase, a zip that holds a sealed one and how it is opened. */
export async function backupStream(
  entries: AsyncIterable<ArchiveEntry>,
  passphrase: string | null,
): Promise<ReadableStream<Uint8Array>> {
  if (passphrase === null) return zipStream(entries);
  const sealing = await newSealing(passphrase);
  const bytes = sealed(zipStream(entries), sealing);
  return zipStream(
    (async function* () {
      await Promise.resolve();
      const modifiedAt = new Date();
      yield { path: HEADER, modifiedAt, content: new TextEncoder().encode(JSON.stringify(sealing.header)) };
      yield { path: CONTENT, modifiedAt, content: bytes };
    })(),
  );
}

/** Throws `backup-damaged`, `passphrase-needed` or `passphrase-wrong`. */
export async function openBackup(file: File, passphrase: string | null): Promise<OpenedArchive> {
  const source = blobAccess(file);
  const outer = await damagedWhere(file.name, () => openZip(source, file.name));
  if (!outer.paths.includes(HEADER)) return outer;
  if (passphrase === null) throw new AppError('passphrase-needed', { path: file.name });
  const header = await damagedWhere(HEADER, async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const bytes of outer.bytes(HEADER)) text += decoder.decode(bytes, { stream: true });
    return JSON.parse(text) as EncryptionHeader;
  });
  const sealing = await openSealing(header, passphrase);
  const { from, size } = await damagedWhere(CONTENT, () => outer.part(CONTENT));
  return damagedWhere(CONTENT, () => openZip(unsealed(partOf(source, from, size), sealing), file.name));
}

/** A zip that is no whole zip is, here, a backup that is damaged. */
async function damagedWhere<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const isForeseen =
      error instanceof AppError && error.code !== 'archive-damaged' && error.code !== 'file-missing';
    throw isForeseen ? error : new AppError('backup-damaged', { path }, { cause: error });
  }
}
