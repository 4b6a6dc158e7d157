import { openArchive } from '$lib/platform/archives/archive-reader';
import { crc32 } from '$lib/binary/crc32';
import { inflate64 } from '$lib/platform/archives/inflate64';
import { zipName } from '$lib/binary/zip-names';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { seeded } from '../../fixtures/datasets';

interface Entry {
  readonly name: Uint8Array;
  readonly content: Uint8Array;
  readonly extra?: Uint8Array;
  /** As it lies in the zip; left out: as it is. */
  readonly packed?: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
}
const bytesOf = (text: string) => new TextEncoder().encode(text);

/** A zip as an old packer writes it: stored, without zip64. */
function oldZip(entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let at = 0;
  for (const entry of entries) {
    const { name, content, extra = new Uint8Array(0), packed = content, method = 0, flags = 0 } = entry;
    const shared = new DataView(new ArrayBuffer(26));
    shared.setUint16(0, 20, true);
    shared.setUint16(2, flags, true);
    shared.setUint16(4, method, true);
    shared.setUint32(10, crc32(content), true);
    shared.setUint32(14, packed.length, true);
    shared.setUint32(18, content.length, true);
    shared.setUint16(22, name.length, true);
    shared.setUint16(24, extra.length, true);
    const head = new Uint8Array(shared.buffer);
    parts.push(Uint8Array.of(0x50, 0x4b, 3, 4), head, name, extra, packed);
    const tail = new DataView(new ArrayBuffer(14));
    tail.setUint32(10, at, true);
    central.push(Uint8Array.of(0x50, 0x4b, 1, 2, 20, 0), head, new Uint8Array(tail.buffer), name, extra);
    at += 30 + name.length + extra.length + packed.length;
  }
  const size = central.reduce((sum, part) => sum + part.length, 0);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, entries.length & 0xffff, true);
  end.setUint16(10, entries.length & 0xffff, true);
  end.setUint32(12, size, true);
  end.setUint32(16, at, true);
  const all = [...parts, ...central, new Uint8Array(end.buffer)];
  const whole = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of all) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
const open = (zip: BlobPart, name = 'a.zip') =>
  openArchive([{ path: name, file: new File([zip], name) }], name);
const textAt = async (archive: Awaited<ReturnType<typeof open>>, path: string) => {
  let text = '';
  for await (const bytes of archive.bytes(path)) text += new TextDecoder().decode(bytes);
  return text;
};

test('a zip of more than 65,535 entries needs no zip64', async () => {
  const entries = Array.from({ length: 65_537 }, (_, at) => ({
    name: bytesOf(`labels/${at}.txt`),
    content: bytesOf(String(at)),
  }));
  const archive = await open(oldZip(entries));
  expect(archive.paths).toHaveLength(65_537);
  expect(await textAt(archive, 'labels/65536.txt')).toBe('65536');
  // One entry more or less than what the count leaves of it is damage.
  const wrong = oldZip(entries);
  new DataView(wrong.buffer).setUint16(wrong.length - 12, 2, true);
  await expect(open(wrong)).rejects.toMatchObject({ code: 'archive-damaged' });
});

test('an entry of Deflate64 is unpacked, and held against its checksum', async () => {
  const content = bytesOf('0 0.5 0.5 0.25 0.125\n'.repeat(10));
  // Without matches (Z_HUFFMAN_ONLY), deflate and Deflate64 are written alike.
  const entry = {
    name: bytesOf('a.txt'),
    content,
    packed: deflateRawSync(content, { strategy: 2 }),
    method: 9,
  };
  expect(await textAt(await open(oldZip([entry])), 'a.txt')).toBe(new TextDecoder().decode(content));
  const wrong = { ...entry, packed: deflateRawSync(bytesOf('x'.repeat(content.length))) };
  await expect(textAt(await open(oldZip([wrong])), 'a.txt')).rejects.toMatchObject({
    code: 'archive-damaged',
  });
});

test('an entry goes by the name of its Unicode path field', async () => {
  const [name, text] = [Uint8Array.of(0xcf, 0xb8, 0xb0, 0xfb, 0x2e, 0x70), bytesOf('細胞.png')];
  const extra = new Uint8Array(9 + text.length);
  const view = new DataView(extra.buffer);
  view.setUint16(0, 0x7075, true);
  view.setUint16(2, 5 + text.length, true);
  view.setUint8(4, 1);
  view.setUint32(5, crc32(name), true);
  extra.set(text, 9);
  const archive = await open(oldZip([{ name, content: bytesOf('x'), extra }]));
  expect(archive.paths).toEqual(['細胞.png']);
  expect(archive.spellings?.('細胞.png')).toEqual([]);
});

test.each([0, 1, 512, 70_000])('%i bytes before a zip shift all of it', async (length) => {
  const zip = oldZip([{ name: bytesOf('a.json'), content: bytesOf('{"a":1}') }]);
  const shifted = new Uint8Array(length + zip.length);
  shifted.set(zip, length);
  expect(await textAt(await open(shifted), 'a.json')).toBe('{"a":1}');
});

test.each([
  ['a password', { flags: 1 }, 'archive-password', {}],
  ['LZMA', { method: 14 }, 'archive-method', { method: 'LZMA' }],
  ['Zstandard', { method: 93 }, 'archive-method', { method: 'Zstandard' }],
  ['a method that nobody knows', { method: 77 }, 'archive-method', { method: 'method 77' }],
])('an entry with %s is refused by that name', async (_, entry, code, about) => {
  const archive = await open(oldZip([{ name: bytesOf('a.json'), content: bytesOf('{}'), ...entry }]));
  await expect(textAt(archive, 'a.json')).rejects.toMatchObject({
    code,
    about: { path: 'a.json', ...about },
  });
});

test.each([
  ['a.7z', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], '7z'],
  ['a.rar', [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07, 1, 0], 'RAR'],
  ['a.tar.gz', [0x1f, 0x8b, 8, 0], 'tar.gz'],
  ['a.json.gz', [0x1f, 0x8b, 8, 0], 'gzip'],
  ['a.tar', [...Array<number>(257).fill(0), 0x75, 0x73, 0x74, 0x61, 0x72], 'tar'],
])('%s is refused by its kind', async (name, bytes, kind) => {
  await expect(open(Uint8Array.from([...bytes, ...Array<number>(400).fill(0)]), name)).rejects.toMatchObject({
    code: 'archive-kind',
    about: { path: name, kind },
  });
});

test('zips in a zip stand below their names; a dataset beside zips is read by itself', async () => {
  const inner = oldZip([{ name: bytesOf('labels/a.txt'), content: bytesOf('0 1 1 1 1') }]);
  const outer = await open(
    oldZip([
      { name: bytesOf('one.zip'), content: inner },
      { name: bytesOf('two.zip'), content: inner },
      { name: bytesOf('readme.txt'), content: bytesOf('x') },
    ]),
  );
  expect(outer.paths).toEqual(['readme.txt', 'one/labels/a.txt', 'two/labels/a.txt']);
  expect(await textAt(outer, 'two/labels/a.txt')).toBe('0 1 1 1 1');
  const beside = await open(
    oldZip([
      { name: bytesOf('one.zip'), content: inner },
      { name: bytesOf('a.json'), content: bytesOf('{}') },
    ]),
  );
  expect(beside.paths).toEqual(['one.zip', 'a.json']);
});

describe('a name', () => {
  const field = (name: string, sum: number) => {
    const text = bytesOf(name);
    const view = new DataView(new ArrayBuffer(9 + text.length));
    view.setUint16(0, 0x7075, true);
    view.setUint16(2, 5 + text.length, true);
    view.setUint8(4, 1);
    view.setUint32(5, sum, true);
    new Uint8Array(view.buffer).set(text, 9);
    return view;
  };
  const NONE = new DataView(new ArrayBuffer(0));
  // 细胞 as GBK.
  const raw = Uint8Array.of(0xcf, 0xb8, 0xb0, 0xfb, 0x2e, 0x70);

  test('is what the extra field says, where it belongs to these bytes', () => {
    expect(zipName(raw, false, field('细胞.p', crc32(raw)))).toEqual({ path: '细胞.p', spellings: [] });
    // A packer that renames an entry and leaves the field behind is not believed.
    expect(zipName(raw, false, field('other.p', crc32(raw) + 1)).path).not.toBe('other.p');
  });
  test('without one may be several', () => {
    const { path, spellings } = zipName(raw, false, NONE);
    expect([path, ...spellings]).toContain('细胞.p');
    expect(new Set([path, ...spellings]).size).toBe(spellings.length + 1);
  });
  test('in UTF-8 is that', () => {
    expect(zipName(bytesOf('ä.p'), false, NONE)).toEqual({ path: 'ä.p', spellings: [] });
  });
});

describe('Deflate64', () => {
  async function* inPieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
    await Promise.resolve();
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  async function unpacked(bytes: Uint8Array, size = 1000): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for await (const part of inflate64(inPieces(bytes, size))) parts.push(part);
    return Buffer.concat(parts);
  }
  /** Matches of less than 258 bytes are written alike in deflate and Deflate64. */
  function content(random: () => number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length; at += 1)
      bytes[at] = at % 200 < 100 || at < 300 ? Math.floor(random() * 256) : bytes[at - 100]!;
    return bytes;
  }

  test('unpacks what deflate packs, in pieces of any size: 40 random ones', async () => {
    const random = seeded(5);
    for (let turn = 0; turn < 40; turn += 1) {
      const whole = content(random, Math.floor(random() * 100_000));
      const packed = deflateRawSync(whole, {
        level: [0, 1, 6, 9][turn % 4]!,
        strategy: turn % 8 < 4 ? 0 : 4,
      });
      expect((await unpacked(packed, 1 + Math.floor(random() * 5000))).equals(whole)).toBe(true);
    }
  });

  test('takes a match of 65,538 bytes and a distance beyond 32,768, which deflate does not have', async () => {
    const bits: number[] = [];
    const low = (value: number, count: number) => {
      for (let bit = 0; bit < count; bit += 1) bits.push((value >>> bit) & 1);
    };
    const code = (value: number, count: number) => {
      for (let bit = count - 1; bit >= 0; bit -= 1) bits.push((value >>> bit) & 1);
    };
    low(1, 1);
    low(1, 2);
    code(0x30 + 65, 8);
    code(0x30 + 66, 8);
    // Length code 285: 3 and sixteen more bits; distance code 1: two bytes back.
    code(0xc0 + 5, 8);
    low(65_535, 16);
    code(1, 5);
    // Length code 257: three bytes; distance code 30: 49,153 back and more.
    code(1, 7);
    code(30, 5);
    low(0, 14);
    code(0, 7);
    const packed = Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, at) =>
      bits.slice(at * 8, at * 8 + 8).reduce((sum, bit, index) => sum + (bit << index), 0),
    );
    const whole = await unpacked(packed, 3);
    expect(whole.length).toBe(2 + 65_538 + 3);
    expect([whole[0], whole[1], whole[40_000], whole[40_001]]).toEqual([65, 66, 65, 66]);
    expect([...whole.subarray(-3)]).toEqual([...whole.subarray(65_540 - 49_153, 65_540 - 49_153 + 3)]);
  });

  test('says no to what is none, and ends', async () => {
    const random = seeded(6);
    const packed = deflateRawSync(content(random, 5000));
    await expect(unpacked(packed.subarray(0, packed.length - 20))).rejects.toThrow();
    for (let turn = 0; turn < 200; turn += 1) {
      const wrong = Buffer.from(packed);
      wrong[Math.floor(random() * wrong.length)]! ^= 1 << Math.floor(random() * 8);
      await unpacked(wrong).catch((error: unknown) => expect(error).toBeInstanceOf(Error));
    }
  });
});
