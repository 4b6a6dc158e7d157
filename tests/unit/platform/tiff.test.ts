import { headOf } from '$lib/platform/images/picture-head';
import { decodeLzw } from '$lib/platform/images/tiff/lzw';
import { decodeTiff, refusalOf } from '$lib/platform/images/tiff/tiff-decode';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { aTiff, type TiffPage } from '../../fixtures/picture-bytes';
import { hasShared, shared } from '../../fixtures/shared';

const HUGE = { width: 100_000, height: 100_000 };

/** The colours of all pixels of a page, without their alpha. */
async function colors(page: TiffPage, layout: Parameters<typeof aTiff>[1] = {}) {
  const file = new Blob([aTiff([page], layout)]);
  const [directory] = (await headOf(file)).directories;
  const { rgba } = await decodeTiff(file, directory!, HUGE);
  return Array.from({ length: rgba!.length / 4 }, (_, at) => [...rgba!.subarray(at * 4, at * 4 + 3)]);
}
const gray = (...values: readonly number[]) => values.map((value) => [value, value, value]);
const two = (photometric: number, data: readonly number[], more: Partial<TiffPage> = {}): TiffPage => ({
  width: 2,
  height: 1,
  photometric,
  data: Uint8Array.from(data),
  ...more,
});
const RGB8 = { bits: [8, 8, 8] };

describe.each([
  ['little-endian', {}],
  ['big-endian', { isLittle: false }],
  ['BigTIFF', { isBig: true }],
] as const)('%s', (name, layout) => {
  const words = (...values: readonly number[]) =>
    values.flatMap((value) =>
      name === 'big-endian' ? [value >> 8, value & 255] : [value & 255, value >> 8],
    );

  test.each([
    ['gray of 8 bits', two(1, [10, 200]), gray(10, 200)],
    ['gray from white', two(0, [10, 200]), gray(245, 55)],
    ['gray of 1 bit', two(1, [0b1000_0000], { bits: [1] }), gray(255, 0)],
    [
      'colours',
      two(2, [1, 2, 3, 4, 5, 6], RGB8),
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      'colours in planes',
      two(2, [1, 4, 2, 5, 3, 6], { ...RGB8, planar: 2 }),
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      'ink',
      two(5, [0, 0, 0, 0, 255, 0, 0, 0], { bits: [8, 8, 8, 8] }),
      [
        [255, 255, 255],
        [0, 255, 255],
      ],
    ],
    [
      'lightness and opponents',
      two(8, [255, 0, 0, 0, 0, 0], RGB8),
      [
        [255, 255, 255],
        [0, 0, 0],
      ],
    ],
    [
      'luma and chroma',
      two(6, [255, 128, 128, 76, 85, 255], { ...RGB8, subsampling: [1, 1] }),
      [
        [255, 255, 255],
        [254, 0, 0],
      ],
    ],
    [
      'a palette',
      two(3, [1, 0], {
        colorMap: Array.from({ length: 768 }, (_, at) => (at % 256 === 1 ? 0xff00 : 0x0a00)),
      }),
      [
        [255, 255, 255],
        [10, 10, 10],
      ],
    ],
    [
      'a palette of 8 bits, as some writers leave it',
      two(3, [1, 0], { colorMap: Array.from({ length: 768 }, (_, at) => (at % 256 === 1 ? 200 : 10)) }),
      [
        [200, 200, 200],
        [10, 10, 10],
      ],
    ],
    ['Deflate', two(1, [...deflateSync(Uint8Array.of(7, 9))], { compression: 8 }), gray(7, 9)],
    ['PackBits', two(1, [0xff, 7], { compression: 32773 }), gray(7, 7)],
  ] as const)('%s', async (_, page, expected) => {
    const found = await colors(page, layout);
    for (const [at, color] of found.entries())
      for (const [i, value] of color.entries())
        expect(Math.abs(value - expected[at]![i]!), `pixel ${at}: ${found.join(' | ')}`).toBeLessThanOrEqual(
          1,
        );
  });

  test('gray of 16 bits is shown from its darkest to its lightest value', async () => {
    const page: TiffPage = {
      width: 3,
      height: 1,
      bits: [16],
      data: Uint8Array.from(words(1000, 1500, 2000)),
    };
    expect(await colors(page, layout)).toEqual(gray(0, 128, 255));
  });

  test('colours of 16 bits are only scaled', async () => {
    const data = words(0, 32768, 65535, 257, 514, 771);
    expect(await colors(two(2, data, { bits: [16, 16, 16] }), layout)).toEqual([
      [0, 128, 255],
      [1, 2, 3],
    ]);
  });
});

test('floats are shown from the smallest to the largest that is a number', async () => {
  const data = new Uint8Array(Float32Array.of(-1, NaN, 0, 1).buffer);
  const page: TiffPage = { width: 4, height: 1, bits: [32], sampleFormat: 3, data };
  expect(await colors(page)).toEqual(gray(0, 0, 128, 255));
});

test('what a decoder is known to get wrong is refused by name', async () => {
  const refusal = async (page: TiffPage) => {
    const [directory] = (await headOf(new Blob([aTiff([page])]))).directories;
    return refusalOf(directory!);
  };
  expect(await refusal({ width: 2, compression: 50000 })).toBe('ZSTD');
  expect(await refusal({ width: 2, compression: 34712 })).toBe('JPEG 2000');
  expect(await refusal({ width: 2, compression: 12345 })).toBe('Compression 12345');
  expect(await refusal({ width: 2, bits: [33] })).toBe('BitsPerSample 33');
  expect(await refusal({ width: 2, bits: [12], compression: 7 })).toBe('BitsPerSample 12');
  expect(await refusal({ width: 2, photometric: 32803 })).toBe('Photometric 32803');
  expect(await refusal({ width: 2 })).toBeNull();
});

describe('LZW', () => {
  /** Codes of TIFF 6.0, written out: the way back of what is tested, in both bit orders. */
  const encode = (bytes: readonly number[], isOld: boolean): Uint8Array => {
    const bits: number[] = [];
    const put = (code: number, width: number) => {
      for (let bit = 0; bit < width; bit += 1) bits.push((code >> (isOld ? bit : width - 1 - bit)) & 1);
    };
    let table = new Map<string, number>();
    let [width, size] = [9, 258];
    const code = (text: string) => (text.includes(',') ? table.get(text)! : Number(text));
    put(256, 9);
    let now = '';
    for (const byte of bytes) {
      const next = now === '' ? String(byte) : `${now},${byte}`;
      if (now === '' || table.has(next)) {
        now = next;
        continue;
      }
      put(code(now), width);
      table.set(next, size);
      size += 1;
      if (size >= 2 ** width - (isOld ? 0 : 1) + 1 && width < 12) width += 1;
      if (size > 4094) {
        put(256, width);
        table = new Map();
        [width, size] = [9, 258];
      }
      now = String(byte);
    }
    put(code(now), width);
    const out = new Uint8Array(Math.ceil(bits.length / 8));
    for (const [at, bit] of bits.entries()) if (bit) out[at >> 3]! |= isOld ? 1 << (at & 7) : 128 >> (at & 7);
    return out;
  };
  const bytes = Array.from({ length: 20_000 }, (_, at) => ((at * at) >> 5) % 17);

  test.each([
    ['from the high bit', false],
    ['from the low bit, as before TIFF 6.0', true],
  ])('comes back %s', (_, isOld) => {
    expect([...decodeLzw(encode(bytes, isOld), bytes.length)]).toEqual(bytes);
  });

  test('that breaks off or is rubbish ends, and never writes more than was asked for', () => {
    const whole = encode(bytes, false);
    const part = decodeLzw(whole.subarray(0, 300), bytes.length);
    expect(part.length).toBeLessThan(bytes.length);
    expect([...part]).toEqual(bytes.slice(0, part.length));
    const rubbish = Uint8Array.from({ length: 5000 }, (_, at) => (at * 151) % 256);
    expect(decodeLzw(rubbish, 100).length).toBeLessThanOrEqual(100);
    expect(decodeLzw(new Uint8Array(), 4)).toHaveLength(0);
  });
});

const AWKWARD = shared('awkward/tiff');
const hasConvert = () => {
  try {
    return execFileSync('convert', ['-version'], { encoding: 'utf8' }).includes('ImageMagick');
  } catch {
    return false;
  }
};
/** Shown by a window of their own, or without the colour profile that the other program applies. */
const SEEN_OTHERWISE = /16bit|16b\.|packbits|Lab|old-style|zackthecat|crash|overflow/;

test('the awkward TIFFs have the pixels that another program finds', async ({ skip }) => {
  if (!hasShared || !hasConvert()) return skip('the shared pictures or ImageMagick are not here');
  const names = readdirSync(AWKWARD).filter((name) => !SEEN_OTHERWISE.test(name));
  for (const name of names) {
    const file = new Blob([readFileSync(`${AWKWARD}/${name}`)]);
    for (const directory of (await headOf(file)).directories) {
      const { rgba } = await decodeTiff(file, directory, HUGE);
      const args = [`${AWKWARD}/${name}[${directory.index}]`, '-colorspace', 'sRGB', '-depth', '8', 'rgba:-'];
      const reference = execFileSync('convert', args, {
        maxBuffer: 2 ** 30,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      expect(rgba!.length, name).toBe(reference.length);
      let sum = 0;
      for (let at = 0; at < reference.length; at += 1)
        if (at % 4 !== 3) sum += Math.abs(reference[at]! - rgba![at]!);
      expect(sum / reference.length, `${name}, page ${directory.index}`).toBeLessThan(1);
    }
  }
});
