import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ArchiveEntry } from '$lib/services/ports/archives';
import { zipStream } from '$lib/platform/archives/zip-writer';

const PIECE = new Uint8Array(1024 * 1024);
const PIECES = 700;

/** Pictures that are nothing but zeros, and a word behind them. */
async function* entries(): AsyncGenerator<ArchiveEntry> {
  const modifiedAt = new Date(2026, 0, 1);
  for (let number = 1; number <= 6; number += 1)
    yield { path: `images/${number}.jpg`, modifiedAt, content: zeros() };
  await Promise.resolve();
  yield { path: 'result.json', modifiedAt, content: new TextEncoder().encode('{"images":[]}') };
}
async function* zeros() {
  await Promise.resolve();
  for (let piece = 0; piece < PIECES; piece += 1) yield PIECE;
}

test('an archive beyond 4 GiB says where everything lies as ZIP64 does', { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'kakomi-'));
  try {
    const file = path.join(folder, 'large.zip');
    const handle = await open(file, 'w');
    let size = 0;
    for await (const bytes of zipStream(entries()) as unknown as AsyncIterable<Uint8Array>) {
      // Zeros are left as a hole, so that the disk need not hold them.
      if (bytes.length < PIECE.length) await handle.write(bytes, 0, bytes.length, size);
      size += bytes.length;
    }
    await handle.truncate(size);
    await handle.close();
    expect(size).toBeGreaterThan(2 ** 32);

    const reading = await open(file, 'r');
    const at = async (place: number, length: number) =>
      (await reading.read(Buffer.alloc(length), 0, length, place)).buffer;
    // The end of the archive: the record, its locator, and the old record (APPNOTE.TXT 4.3.14 to 4.3.16).
    const end = await at(size - 56 - 20 - 22, 56 + 20 + 22);
    expect([end.readUInt32LE(0), end.readUInt32LE(56), end.readUInt32LE(76)]).toEqual([
      0x06064b50, 0x07064b50, 0x06054b50,
    ]);
    expect(end.readBigUInt64LE(32)).toBe(7n);
    const [length, start] = [Number(end.readBigUInt64LE(40)), Number(end.readBigUInt64LE(48))];
    expect(Number(end.readBigUInt64LE(56 + 8))).toBe(size - 56 - 20 - 22);
    const directory = await at(start, length);
    expect(directory.toString('latin1').match(/images\/\d\.jpg|result\.json/g)).toHaveLength(7);
    // The last entry's own place is beyond what 32 bits can say, and is told in its ZIP64 field (4.5.3).
    const last = directory.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    expect(directory.readUInt32LE(last + 42)).toBe(0xffffffff);
    const field = directory.indexOf(Buffer.from([1, 0]), last + 46 + 'result.json'.length);
    const place = Number(directory.readBigUInt64LE(field + directory.readUInt16LE(field + 2) + 4 - 8));
    expect((await at(place, 30 + 'result.json'.length)).toString('latin1')).toContain('result.json');
    await reading.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});
