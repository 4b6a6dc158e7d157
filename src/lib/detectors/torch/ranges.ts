import { ZipDamaged } from '$lib/binary/zip-directory';
import { PickleEnds } from './pickle-cursor';
import { refusal } from './refusal';

/** Reads the bytes `from`..`to` of a file. Throws if the file ends before. */
export async function readRange(file: Blob, from: number, to: number): Promise<Uint8Array> {
  if (!(from >= 0 && from <= to && to <= file.size)) throw refusal('truncated');
  return new Uint8Array(await file.slice(from, to).arrayBuffer());
}

/** Ranges that lie at most this far apart are read at once, because a read costs more than that many bytes. */
const NEAR_BYTES = 16 * 1024;
/** A single read has at most this many bytes. */
const MAX_BYTES = 1024 * 1024;
const READS_AT_ONCE = 64;

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Reads many small ranges, in their order; the results may share a buffer. */
export async function readRanges(file: Blob, ranges: readonly Range[]): Promise<readonly Uint8Array[]> {
  const order = ranges.map((_, at) => at).sort((a, b) => ranges[a]!.from - ranges[b]!.from);
  const groups: { readonly from: number; to: number; readonly members: number[] }[] = [];
  for (const at of order) {
    const { from, to } = ranges[at]!;
    const last = groups.at(-1);
    if (last === undefined || from > last.to + NEAR_BYTES || to > last.from + MAX_BYTES)
      groups.push({ from, to, members: [at] });
    else {
      last.to = Math.max(last.to, to);
      last.members.push(at);
    }
  }
  const found: Uint8Array[] = [];
  for (let at = 0; at < groups.length; at += READS_AT_ONCE)
    await Promise.all(
      groups.slice(at, at + READS_AT_ONCE).map(async ({ from, to, members }) => {
        const bytes = await readRange(file, from, to);
        for (const member of members)
          found[member] = bytes.subarray(ranges[member]!.from - from, ranges[member]!.to - from);
      }),
    );
  return found;
}

/** Reports a pickle or a zip whose bytes end too early as a truncated file. */
export function asTruncated<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const isCutShort = error instanceof PickleEnds || error instanceof ZipDamaged;
    throw isCutShort ? refusal('truncated', {}, { cause: error }) : error;
  }
}
