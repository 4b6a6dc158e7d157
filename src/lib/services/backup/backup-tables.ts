import type { Row } from '$lib/domain/row';
import type { ArchiveEntry } from '../ports/archives';
import { encodeRow } from './row-codec';

/** Approximate number of characters in one entry: small enough to hold in memory while its checksum is computed. */
const PART_CHARACTERS = 1 << 21;

interface Part {
  lines: string[];
  length: number;
  /** Number of parts of the table that were written. */
  written: number;
}

/** Writes rows of many tables, as they arrive, into entries `tables/<table>/<part>.ndjson`. */
export function tableWriter(
  entryOf: (path: string, bytes: Uint8Array<ArrayBuffer>) => Promise<ArchiveEntry>,
) {
  const parts = new Map<string, Part>();
  const rows: Record<string, number> = {};
  let count = 0;

  const flush = (table: string, part: Part): Promise<ArchiveEntry> => {
    const bytes = new TextEncoder().encode(`${part.lines.join('\n')}\n`);
    part.written += 1;
    part.lines = [];
    part.length = 0;
    return entryOf(`tables/${table}/${String(part.written).padStart(5, '0')}.ndjson`, bytes);
  };

  return {
    /** Number of rows written so far, by table. */
    rows: rows as Readonly<Record<string, number>>,
    get count() {
      return count;
    },
    async *add(table: string, portion: readonly Row[]): AsyncIterable<ArchiveEntry> {
      const part = parts.get(table) ?? { lines: [], length: 0, written: 0 };
      parts.set(table, part);
      rows[table] ??= 0;
      for (const row of portion) {
        const blobs: { path: string; blob: Blob }[] = [];
        const line = encodeRow(row, (blob) => {
          const path = `blobs/${table}/${rows[table]}-${blobs.length}`;
          blobs.push({ path, blob });
          return path;
        });
        for (const { path, blob } of blobs) yield entryOf(path, new Uint8Array(await blob.arrayBuffer()));
        part.lines.push(line);
        part.length += line.length;
        rows[table] += 1;
        count += 1;
        if (part.length >= PART_CHARACTERS) yield await flush(table, part);
      }
    },
    /** Writes the rows that are still buffered. */
    async *end(): AsyncIterable<ArchiveEntry> {
      for (const [table, part] of parts) if (part.lines.length > 0) yield await flush(table, part);
    },
  };
}
