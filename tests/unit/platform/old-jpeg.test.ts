import { headOf } from '$lib/platform/images/picture-head';
import { decodeTiff } from '$lib/platform/images/tiff/tiff-decode';
import jpeg from 'jpeg-js';
import { describe, expect, test } from 'vitest';
import { aTiff, turnedJpeg, type TiffPage } from '../../fixtures/picture-bytes';

const [WIDTH, HEIGHT] = [32, 16];
const HUGE = { width: 100_000, height: 100_000 };

/** A slope from dark to light, of whole blocks, so that strips of it can be coded alone. */
function encoded(top: number, rows: number): Uint8Array {
  const data = Buffer.alloc(WIDTH * rows * 4, 255);
  for (let y = 0; y < rows; y += 1)
    for (let x = 0; x < WIDTH; x += 1)
      data.fill(4 * x + 6 * (top + y), (y * WIDTH + x) * 4, (y * WIDTH + x) * 4 + 3);
  return Uint8Array.from(jpeg.encode({ data, width: WIDTH, height: rows }, 95).data);
}

/** Where the entropy-coded part begins. */
function scanAt(file: Uint8Array): number {
  for (let at = 2; ;) {
    const next = at + 2 + file[at + 2]! * 256 + file[at + 3]!;
    if (file[at + 1] === 0xda) return next;
    at = next;
  }
}
const scanOf = (file: Uint8Array) => file.subarray(scanAt(file), file.length - 2);

async function reds(page: Partial<TiffPage>, layout: Parameters<typeof aTiff>[1]) {
  const file = new Blob([aTiff([{ ...PAGE, ...page }], layout)]);
  const [directory] = (await headOf(file)).directories;
  const { jpeg: found } = await decodeTiff(file, directory!, HUGE);
  const { width, height, data } = jpeg.decode(new Uint8Array(await found!.arrayBuffer()), {
    useTArray: true,
  });
  expect([width, height]).toEqual([WIDTH, HEIGHT]);
  return Array.from({ length: width * height }, (_, at) => data[at * 4]!);
}

const PAGE: TiffPage = {
  ...{ width: WIDTH, height: HEIGHT, photometric: 6, bits: [8, 8, 8], compression: 6 },
  subsampling: [1, 1],
};
const WHOLE = encoded(0, HEIGHT);
const SCAN_AT = scanAt(WHOLE);
const expected = Array.from(
  { length: WIDTH * HEIGHT },
  (_, at) => 4 * (at % WIDTH) + 6 * Math.floor(at / WIDTH),
);

describe.each([
  ['little-endian', {}, 8],
  ['big-endian', { isLittle: false }, 8],
  ['BigTIFF', { isBig: true }, 16],
] as const)('%s', (_, layout, first) => {
  const header = WHOLE.subarray(0, SCAN_AT);
  const strips = [encoded(0, 8), encoded(8, 8)].map(scanOf);
  const turned = turnedJpeg(WHOLE, 6);
  test.each<[string, Partial<TiffPage>]>([
    ['a strip that is a whole file', { blocks: [WHOLE] }],
    [
      'tag 513 leads to a whole file, in which the strip lies',
      {
        blocks: [WHOLE],
        tags: {
          273: [4, [first + SCAN_AT]],
          279: [4, [WHOLE.length - SCAN_AT]],
          513: [4, [first]],
          514: [4, [WHOLE.length]],
        },
      },
    ],
    [
      'tag 513 leads to a whole file, and there is no table of strips',
      { blocks: [WHOLE], tags: { 273: null, 279: null, 513: [4, [first]], 514: [4, [WHOLE.length]] } },
    ],
    [
      'tag 513 leads to a whole file, whose EXIF does not count',
      { blocks: [turned], tags: { 273: null, 279: null, 513: [4, [first]], 514: [4, [turned.length]] } },
    ],
    [
      'tag 513 leads to the segments before a strip',
      {
        blocks: [header, scanOf(WHOLE)],
        tags: {
          273: [4, [first + header.length + (header.length % 2)]],
          279: [4, [scanOf(WHOLE).length]],
          513: [4, [first]],
          514: [4, [header.length]],
        },
      },
    ],
    [
      'tag 513 leads to the segments before several strips',
      {
        blocks: [header, ...strips],
        stripRows: 8,
        tags: {
          273: [4, startsOf([header, ...strips], first).slice(1)],
          279: [4, strips.map((strip) => strip.length)],
          513: [4, [first]],
          514: [4, [header.length]],
        },
      },
    ],
  ])('%s', async (__, page) => {
    const found = await reds(page, layout);
    for (const [at, value] of found.entries())
      expect(Math.abs(value - expected[at]!), `pixel ${at}`).toBeLessThanOrEqual(6);
  });
});

/** Where blocks lie that are put one after another at even places. */
function startsOf(blocks: readonly Uint8Array[], first: number): number[] {
  let at = first;
  return blocks.map(({ length }) => {
    const start = at;
    at += length + (length % 2);
    return start;
  });
}
