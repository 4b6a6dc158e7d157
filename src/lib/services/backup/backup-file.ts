import { toHex } from '$lib/binary/hex';
import { AppError } from '$lib/domain/errors';
import { SCHEMA_VERSION } from '$lib/domain/migrations';
import type { Row } from '$lib/domain/row';
import type { ProfileId, ProjectId } from '$lib/domain/ids';
import type { OpenedArchive } from '../ports/archives';

/** The version of the backup's own layout. */
export const BACKUP_FORMAT = 1;
export const MANIFEST = 'manifest.json';

/** What a backup holds, and what each of its entries has to be. It stands last, since only then it is known. */
export interface BackupManifest {
  /** `kakomi` */
  readonly app: string;
  readonly format: number;
  readonly schemaVersion: number;
  readonly createdAt: number;
  /** The profile of the person whose backup of everything it is; absent in one of a project, and in older ones. */
  readonly madeBy?: ProfileId;
  /** Whether each task's rows are of one moment. See [Note: One moment]. Older backups do not say so. */
  readonly hasWholeTasks?: boolean;
  readonly projects: readonly { readonly id: ProjectId; readonly name: string; readonly tasks: number }[];
  /** Rows by table. */
  readonly tables: Readonly<Record<string, number>>;
  readonly pictures: number;
  readonly entries: readonly BackupEntry[];
}

export interface BackupEntry {
  readonly path: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Rows of a backup's table, in portions, in today's shape. */
export type RowsOf = (table: string) => AsyncIterable<readonly Row[]>;

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

/** One entry as a whole: tables come in small parts, pictures one by one. */
export async function entryBytes(archive: OpenedArchive, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(archive.size(path));
  let at = 0;
  for await (const bytes of archive.bytes(path)) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
}

/** Throws `backup-damaged` or `backup-newer`. */
export async function readManifest(archive: OpenedArchive): Promise<BackupManifest> {
  if (!archive.paths.includes(MANIFEST)) throw new AppError('backup-damaged', { path: MANIFEST });
  let manifest: BackupManifest;
  try {
    manifest = JSON.parse(new TextDecoder().decode(await entryBytes(archive, MANIFEST))) as BackupManifest;
  } catch (error) {
    if (error instanceof AppError && error.code !== 'archive-damaged') throw error;
    throw new AppError('backup-damaged', { path: MANIFEST }, { cause: error });
  }
  if (manifest.app !== 'kakomi' || !Array.isArray(manifest.entries))
    throw new AppError('backup-damaged', { path: MANIFEST });
  if (manifest.format > BACKUP_FORMAT || manifest.schemaVersion > SCHEMA_VERSION)
    throw new AppError('backup-newer', { version: manifest.schemaVersion, own: SCHEMA_VERSION });
  return manifest;
}

/** Holds every entry against its checksum, before anything is made of them. */
export async function verify(
  archive: OpenedArchive,
  manifest: BackupManifest,
  signal: AbortSignal,
  onEntry: (done: number) => void,
): Promise<void> {
  const present = new Set(archive.paths);
  for (const [index, { path, size, sha256: expected }] of manifest.entries.entries()) {
    signal.throwIfAborted();
    if (!present.has(path)) throw new AppError('backup-damaged', { path });
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = await entryBytes(archive, path);
    } catch (error) {
      if (error instanceof AppError && error.code === 'archive-damaged')
        throw new AppError('backup-damaged', { path }, { cause: error });
      throw error;
    }
    if (bytes.length !== size || (await sha256(bytes)) !== expected)
      throw new AppError('backup-damaged', { path });
    onEntry(index + 1);
  }
}
