import { AppError } from '$lib/domain/errors';
import type { ArchiveEntry, OpenedArchive } from '$lib/services/ports/archives';
import { newEncryption, openEncryption, encrypted, decrypted, type EncryptionHeader } from './encrypted';
import { blobAccess, partOf } from '$lib/binary/random-access';
import { openZip } from './zip-reader';
import { zipStream } from './zip-writer';

const HEADER = 'encryption.json';
const CONTENT = 'content';

/**
 * The bytes of a backup: a zip, or, with a passphrase, a zip with an encrypted zip and its encryption header.
 */
export async function backupStream(
  entries: AsyncIterable<ArchiveEntry>,
  passphrase: string | null,
): Promise<ReadableStream<Uint8Array>> {
  if (passphrase === null) return zipStream(entries);
  const encryption = await newEncryption(passphrase);
  const bytes = encrypted(zipStream(entries), encryption);
  return zipStream(
    (async function* () {
      await Promise.resolve();
      const modifiedAt = new Date();
      yield {
        path: HEADER,
        modifiedAt,
        content: new TextEncoder().encode(JSON.stringify(encryption.header)),
      };
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
  const encryption = await openEncryption(header, passphrase);
  const { from, size } = await damagedWhere(CONTENT, () => outer.part(CONTENT));
  return damagedWhere(CONTENT, () => openZip(decrypted(partOf(source, from, size), encryption), file.name));
}

/** Reports a broken zip as a damaged backup. */
async function damagedWhere<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const isForeseen =
      error instanceof AppError && error.code !== 'archive-damaged' && error.code !== 'file-missing';
    throw isForeseen ? error : new AppError('backup-damaged', { path }, { cause: error });
  }
}
