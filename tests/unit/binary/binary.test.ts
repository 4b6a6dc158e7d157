import { fromBase64, toBase64 } from '$lib/binary/base64';
import { indexOf, isAt } from '$lib/binary/bytes';
import { crc32 } from '$lib/binary/crc32';
import { toHex } from '$lib/binary/hex';
import { blobAccess, partOf, type RandomAccess } from '$lib/binary/random-access';
import { ZipDamaged, zipDirectory, ZipTooLarge } from '$lib/binary/zip-directory';
import JSZip from 'jszip';
import { expect, test } from 'vitest';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const LIMITS = { entries: 100, directoryBytes: 10_000 };

test('hex, base 64 and the checksum are those of their standards', () => {
  expect(toHex(Uint8Array.of(0, 10, 255))).toBe('000aff');
  expect(toBase64(bytesOf('foob'))).toBe('Zm9vYg==');
  const long = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7) % 256);
  expect(toBase64(long)).toBe(Buffer.from(long).toString('base64'));
  expect(fromBase64(toBase64(long))).toEqual(long);
  expect(crc32(bytesOf('123456789'))).toBe(0xcbf43926);
  expect(crc32(bytesOf('6789'), crc32(bytesOf('12345')))).toBe(0xcbf43926);
});

test('a mark is found where it stands', () => {
  const bytes = bytesOf('abcabd');
  expect([indexOf(bytes, 'abd'), indexOf(bytes, 'x'), indexOf(bytes, [0x62])]).toEqual([3, -1, 1]);
  expect([isAt(bytes, 3, 'ab'), isAt(bytes, 5, 'da')]).toEqual([true, false]);
});

test('a part of a file ends where it ends', async () => {
  const part = partOf(blobAccess(new Blob(['0123456789'])), 2, 4);
  expect(new TextDecoder().decode(await part.read(1, 100))).toBe('345');
});

const aZip = async (count: number): Promise<RandomAccess> => {
  const zip = new JSZip();
  for (let at = 0; at < count; at += 1) zip.file(`${at}.txt`, String(at));
  return blobAccess(new Blob([await zip.generateAsync({ type: 'arraybuffer' })]));
};

test('a directory beyond the limits is refused before it is read', async () => {
  const source = await aZip(101);
  await expect(zipDirectory(source, LIMITS)).rejects.toBeInstanceOf(ZipTooLarge);
  await expect(zipDirectory(source, { ...LIMITS, entries: 101 })).resolves.toHaveLength(101);
  await expect(zipDirectory(source, { entries: 101, directoryBytes: 100 })).rejects.toBeInstanceOf(
    ZipTooLarge,
  );
});

test('what a zip says of its own end never makes its reader read all of it', async () => {
  const zip = await aZip(1);
  const bytes = await zip.read(0, zip.size);
  const locator = new DataView(new ArrayBuffer(20));
  locator.setUint32(0, 0x07064b50, true);
  // The record of zip64 is said to stand at the file's start, a gigabyte before its end.
  const end = bytes.subarray(bytes.length - 22);
  const tail = new Uint8Array([...new Uint8Array(locator.buffer), ...end]);
  const size = 2 ** 30;
  let read = 0;
  const source: RandomAccess = {
    size,
    read: (from, to) => {
      read += to - from;
      const part = new Uint8Array(to - from);
      if (to > size - tail.length) part.set(tail, size - tail.length - from);
      return Promise.resolve(part);
    },
  };
  await expect(zipDirectory(source, LIMITS)).rejects.toBeInstanceOf(ZipDamaged);
  expect(read).toBeLessThan(100_000);
});
