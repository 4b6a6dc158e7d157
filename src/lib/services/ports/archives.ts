import type { ArchiveReader } from '$lib/formats/format';
import type { NamedFile } from './folders';

/** The target of a file that is being written: opaque, but plain data that crosses into a worker. */
export interface OutputTarget {
  readonly name: string;
  /** `file`: chosen by the person. `download`: kept in the browser's own storage until it is delivered. */
  readonly kind: 'file' | 'download';
  readonly handle: FileSystemFileHandle | null;
}

export interface ArchiveEntry {
  readonly path: string;
  readonly modifiedAt: Date;
  /** Text is given in pieces, so that no complete output is ever held in memory. */
  readonly content: File | Uint8Array<ArrayBuffer> | AsyncIterable<string | Uint8Array<ArrayBuffer>>;
}

/** An archive that is being read. */
export interface OpenedArchive extends ArchiveReader {
  /** Entries whose names lead outside the archive, are absolute or too long; they are not read. */
  readonly unsafe: readonly string[];
  size(path: string): number;
  /** Returns the position of a stored entry's bytes in the archive's file. */
  part(path: string): Promise<{ readonly from: number; readonly size: number }>;
}

export interface Archives {
  /** Opens a zip, or files that belong together. Throws `archive-damaged` or `archive-too-large`. */
  open(files: readonly NamedFile[], name: string): Promise<OpenedArchive>;
  /**
   * Asks the person for a target, or plans a download if the browser cannot ask. Returns null if the dialog was closed.
   */
  choose(name: string): Promise<OutputTarget | null>;
  /** Writes a zip, entry by entry. A failure or cancel leaves nothing behind at the target. */
  writeZip(target: OutputTarget, entries: AsyncIterable<ArchiveEntry>, signal: AbortSignal): Promise<void>;
  /** Writes a backup, encrypted if there is a passphrase; a failure or cancel leaves nothing behind. */
  writeBackup(
    target: OutputTarget,
    entries: AsyncIterable<ArchiveEntry>,
    passphrase: string | null,
    signal: AbortSignal,
  ): Promise<void>;
  /** Throws `backup-damaged`, `passphrase-needed` or `passphrase-wrong`. */
  openBackup(file: File, passphrase: string | null): Promise<OpenedArchive>;
  /** Writes one text file; a failure or cancel leaves nothing behind at the target. */
  writeText(target: OutputTarget, text: AsyncIterable<string>, signal: AbortSignal): Promise<void>;
  /** Hands a finished download to the browser; does nothing for a file. */
  deliver(target: OutputTarget): Promise<void>;
}
