import type { ArchiveReader } from '$lib/formats/format';
import type { NamedFile } from './folders';

/** Where a file that is being made goes: opaque, but plain enough to cross into a worker. */
export interface OutputTarget {
  readonly name: string;
  /** `file`: chosen by the person. `download`: kept in the browser's own storage until it is handed over. */
  readonly kind: 'file' | 'download';
  readonly handle: FileSystemFileHandle | null;
}

export interface ArchiveEntry {
  readonly path: string;
  readonly modifiedAt: Date;
  /** Text is given in pieces, so that no whole output is ever held. */
  readonly content: File | Uint8Array<ArrayBuffer> | AsyncIterable<string | Uint8Array<ArrayBuffer>>;
}

/** An archive that is being read. */
export interface OpenedArchive extends ArchiveReader {
  /** Entries whose names climb out of the archive, are absolute or too long; they are not read. */
  readonly unsafe: readonly string[];
  size(path: string): number;
  /** Where a stored entry's bytes lie in the archive's file. */
  part(path: string): Promise<{ readonly from: number; readonly size: number }>;
}

export interface Archives {
  /** A zip, or files that belong together. Throws `archive-damaged` or `archive-too-large`. */
  open(files: readonly NamedFile[], name: string): Promise<OpenedArchive>;
  /** Asks the person where to, or plans a download where the browser cannot ask. Null: the dialog was closed. */
  choose(name: string): Promise<OutputTarget | null>;
  /** Writes a zip, entry by entry. A failure or cancel leaves nothing behind at the target. */
  writeZip(target: OutputTarget, entries: AsyncIterable<ArchiveEntry>, signal: AbortSignal): Promise<void>;
  /** Writes a backup, sealed where there is a passphrase; a failure or cancel leaves nothing behind. */
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
  /** Hands a finished download to the browser; for a file there is nothing left to do. */
  deliver(target: OutputTarget): Promise<void>;
}
