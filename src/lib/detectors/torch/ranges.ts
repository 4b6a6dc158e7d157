import { PickleEnds } from './pickle-cursor';
import { refusal } from './refusal';

/** The bytes `from`..`to` of a file; refuses a file that ends before. */
export async function readRange(file: Blob, from: number, to: number): Promise<Uint8Array> {
  if (!(from >= 0 && from <= to && to <= file.size)) throw refusal('truncated');
  return new Uint8Array(await file.slice(from, to).arrayBuffer());
}

/** A pickle whose bytes end too early is a file cut short. */
export function asTruncated<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof PickleEnds ? refusal('truncated', {}, { cause: error }) : error;
  }
}
