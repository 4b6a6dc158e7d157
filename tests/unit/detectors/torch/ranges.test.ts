import { expect, test } from 'vitest';
import { readRanges } from '$lib/detectors/torch/ranges';

const KB = 1024;
/** A file whose every fourth byte tells its own place, and how often it was read and how much. */
function aFile(size: number) {
  const blob = new Blob([Uint32Array.from({ length: size / 4 }, (_, at) => at)]);
  const reads: number[] = [];
  const slice = blob.slice.bind(blob);
  blob.slice = (from, to) => {
    reads.push(to! - from!);
    return slice(from, to);
  };
  return { blob, reads };
}
const placeOf = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) * 4;
const range = (from: number, length = 8) => ({ from, to: from + length });

test('what lies near is read at once, and every range gets its own bytes, in the order they were asked for', async () => {
  const { blob, reads } = aFile(256 * KB);
  const asked = [range(100 * KB), range(4), range(8 * KB), range(6, 0), range(4, 16)];
  const found = await readRanges(blob, asked);
  expect(reads).toHaveLength(2);
  expect(found.map(({ length }) => length)).toEqual([8, 8, 8, 0, 16]);
  expect([0, 1, 2, 4].map((at) => placeOf(found[at]!))).toEqual([100 * KB, 4, 8 * KB, 4]);
});

test('never more than a megabyte, however many lie together', async () => {
  const { blob, reads } = aFile(4 * 1024 * KB);
  const asked = Array.from({ length: 400 }, (_, at) => range(at * 10 * KB));
  const found = await readRanges(blob, asked);
  expect(Math.max(...reads)).toBeLessThanOrEqual(1024 * KB);
  expect(reads.length).toBeLessThan(10);
  expect(found.map(placeOf)).toEqual(asked.map(({ from }) => from));
});

test('nothing is read for nothing, and a file that ends before is refused', async () => {
  const { blob } = aFile(1 * KB);
  expect(await readRanges(blob, [])).toEqual([]);
  await expect(readRanges(blob, [range(0), range(1020)])).rejects.toMatchObject({
    about: { reason: 'truncated' },
  });
});
