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
  readonly content: File | AsyncIterable<string>;
}

export interface Archives {
  /** Asks the person where to, or plans a download where the browser cannot ask. Null: the dialog was closed. */
  choose(name: string): Promise<OutputTarget | null>;
  /** Writes a zip, entry by entry. A failure or cancel leaves nothing behind at the target. */
  writeZip(target: OutputTarget, entries: AsyncIterable<ArchiveEntry>, signal: AbortSignal): Promise<void>;
  /** Hands a finished download to the browser; for a file there is nothing left to do. */
  deliver(target: OutputTarget): Promise<void>;
}
