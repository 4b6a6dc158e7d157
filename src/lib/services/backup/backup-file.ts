import { toHex } from '$lib/binary/hex';
import { AppError } from '$lib/domain/errors';
import { SCHEMA_VERSION } from '$lib/domain/migrations';
import type { Row } from '$lib/domain/row';
import type { ProfileId, ProjectId } from '$lib/domain/ids';
import type { OpenedArchive } from '../ports/archives';

/** Version of the backup's own layout. */
export const BACKUP_FORMAT = 1;
export const MANIFEST = 'manifest.json';

/**
 * The contents of a backup, with the size and checksum of each entry. It is the last entry, since its contents are
 * known only then.
 */
export interface BackupManifest {
  /** Always `kakomi`. */
  readonly app: string;
  readonly format: number;
  readonly schemaVersion: number;
  readonly createdAt: number;
  /**
   * The profile of the person whose backup of everything it is; absent in a backup of one project, and in older ones.
   */
  readonly madeBy?: ProfileId;
  /** Whether the rows of each task were read at one moment. See [Note: One moment]. Absent in older backups. */
  readonly hasWholeTasks?: boolean;
  readonly projects: readonly { readonly id: ProjectId; readonly name: string; readonly tasks: number }[];
  /** Number of rows by table. */
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

/** Rows of a backup's table, in portions, in the current schema version. */
export type RowsOf = (table: string) => AsyncIterable<readonly Row[]>;

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

/** Reads one entry completely: tables are stored in small parts, pictures one by one. */
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

/** Compares every entry with its checksum, before anything is read from them. */
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
