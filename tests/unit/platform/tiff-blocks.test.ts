import { AppError } from '$lib/domain/errors';
import { headOf } from '$lib/platform/images/picture-head';
import { decodeTiff } from '$lib/platform/images/tiff/tiff-decode';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { aTiff, stripsOf, tilesOf, type TiffPage } from '../../fixtures/picture-bytes';

const HUGE = { width: 100_000, height: 100_000 };
const LAYOUTS = [
  ['little-endian', {}],
  ['big-endian', { isLittle: false }],
  ['BigTIFF', { isBig: true }],
  ['big-endian BigTIFF', { isBig: true, isLittle: false }],
] as const;
type Layout = Parameters<typeof aTiff>[1];

async function decoded(page: TiffPage, layout: Layout = {}, target = HUGE) {
  const file = new Blob([aTiff([page], layout)]);
  const [directory] = (await headOf(file)).directories;
  return decodeTiff(file, directory!, target);
}
/** The first colour of every pixel: gray pixels, whole. */
async function grays(page: TiffPage, layout: Layout = {}, target = HUGE) {
  const { rgba } = await decoded(page, layout, target);
  return Array.from({ length: rgba!.length / 4 }, (_, at) => rgba![at * 4]!);
}
const codeOf = (page: TiffPage, layout: Layout = {}) =>
  decoded(page, layout).then(
    () => 'decoded',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

const [WIDTH, HEIGHT] = [50, 40];
const PIXELS = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, at) => 1 + ((at * 31 + (at >> 5)) % 255));
/** Every row is a strip: the tables are longer than what any reader takes at once. */
const STRIPS: TiffPage = { width: WIDTH, height: HEIGHT, blocks: stripsOf(PIXELS, WIDTH, 1), stripRows: 1 };
const TILE = [16, 16] as const;
const TILES: TiffPage = {
  width: WIDTH,
  height: HEIGHT,
  tile: TILE,
  blocks: tilesOf(PIXELS, [WIDTH, HEIGHT, 1], TILE),
};

describe.each(LAYOUTS)('%s', (name, layout) => {
  const isLittle = !name.startsWith('big');
  test.each<[string, TiffPage]>([
    ['strips', STRIPS],
    ['strips whose table is of short numbers', shortTable(STRIPS, isLittle, layout)],
    ['strips of three rows, the last one of one', strips(3)],
    ['packed strips', packedStrips()],
    ['tiles', TILES],
    ['tiles whose table is in StripOffsets', movedTable(layout)],
  ])('%s', async (_, page) => {
    expect(await grays(page, layout)).toEqual([...PIXELS]);
  });

  test('differences of 16 and 32 bits are added up in the byte order of the file', async () => {
    for (const [bits, values] of [
      [16, [0, 40_000, 20_000, 65_535]],
      [32, [0, 4_000_000_000, 2_000_000_000, 4_294_967_295]],
    ] as const) {
      const row = new DataView(new ArrayBuffer(values.length * (bits / 8)));
      for (const [i, value] of values.entries()) {
        const difference = value - (values[i - 1] ?? 0);
        if (bits === 16) row.setUint16(i * 2, difference, isLittle);
        else row.setUint32(i * 4, difference, isLittle);
      }
      const data = deflateSync(new Uint8Array(row.buffer));
      const page: TiffPage = { width: 4, height: 1, bits: [bits], compression: 8, blocks: [data] };
      const full = 255 / values[3];
      expect(await grays({ ...page, tags: { 317: [3, [2]] } }, layout), `${bits} bits`).toEqual(
        values.map((value) => Math.round(value * full)),
      );
    }
  });

  test('floats whose bytes are taken apart come back', async () => {
    const values = Float32Array.of(-2, 0, 2, 1);
    const bytes = new DataView(values.buffer);
    // From the highest bytes of all to the lowest, each less the one before it.
    const apart = [3, 2, 1, 0].flatMap((byte) => [0, 1, 2, 3].map((i) => bytes.getUint8(i * 4 + byte)));
    const data = deflateSync(Uint8Array.from(apart, (byte, i) => byte - (apart[i - 1] ?? 0)));
    const page: TiffPage = {
      width: 4,
      height: 1,
      bits: [32],
      sampleFormat: 3,
      compression: 8,
      blocks: [data],
    };
    expect(await grays({ ...page, tags: { 317: [3, [3]] } }, layout)).toEqual([0, 128, 255, 191]);
  });
});

test.each(LAYOUTS)('%s: every sixteenth pixel is enough for a small copy', async (_, layout) => {
  const small = await grays(TILES, layout, { width: 5, height: 4 });
  const expected = [5, 15, 25, 35].flatMap((y) => [5, 15, 25, 35, 45].map((x) => PIXELS[y * WIDTH + x]!));
  expect(small).toEqual(expected);
});

describe('what is not there is never shown black', () => {
  const EMPTY = new Uint8Array();
  const at = (page: TiffPage, index: number, block: Uint8Array): TiffPage => ({
    ...page,
    blocks: page.blocks!.map((one, i) => (i === index ? block : one)),
  });
  const both = LAYOUTS.flatMap(([name, layout]) =>
    (
      [
        ['an empty strip', at(STRIPS, 17, EMPTY)],
        ['an empty tile', at(TILES, 5, EMPTY)],
        ['a short strip', at(STRIPS, 39, PIXELS.subarray(0, WIDTH - 1))],
        ['a short tile', at(TILES, 0, PIXELS.subarray(0, 100))],
        ['a table that is too short', { ...STRIPS, blocks: STRIPS.blocks!.slice(0, 30) }],
        ['a strip behind the end', { ...STRIPS, tags: { 273: [4, STRIPS.blocks!.map(() => 900_000)] } }],
        ['a strip of nowhere', { ...STRIPS, tags: { 273: [4, STRIPS.blocks!.map(() => 0)] } }],
        ['no table at all', { ...STRIPS, tags: { 273: null } }],
        ['LZW that breaks off', lzwCut()],
        [
          'PackBits that break off',
          { ...STRIPS, compression: 32773, blocks: packBits().map((b) => b.subarray(0, 20)) },
        ],
        [
          'a fax that breaks off',
          { width: 64, height: 40, bits: [1], compression: 4, blocks: [Uint8Array.of(0x80)] },
        ],
      ] as const satisfies readonly (readonly [string, TiffPage])[]
    ).map(([what, page]) => [name, what, page as TiffPage, layout as Layout] as const),
  );
  test.each(both)('%s: %s', async (_, __, page, layout) => {
    expect(await codeOf(page, layout)).toBe('picture-truncated');
  });

  test('Deflate that breaks off', async () => {
    const blocks = STRIPS.blocks!.map((block) => deflateSync(block).subarray(0, 30));
    expect(await codeOf({ ...STRIPS, compression: 8, blocks })).toBe('picture-undecodable');
  });
});

test('strips without byte counts end where the next ones begin', async () => {
  expect(await grays({ ...STRIPS, tags: { 279: null } })).toEqual([...PIXELS]);
});

function strips(rows: number): TiffPage {
  return { ...STRIPS, stripRows: rows, blocks: stripsOf(PIXELS, WIDTH, rows) };
}

function packedStrips(): TiffPage {
  return { ...STRIPS, compression: 8, blocks: stripsOf(PIXELS, WIDTH, 1).map((strip) => deflateSync(strip)) };
}

/** Offsets and byte counts as numbers of 16 bits. */
function shortTable(page: TiffPage, isLittle: boolean, layout: Layout): TiffPage {
  const lengths = page.blocks!.map((block) => block.length);
  const first = layout?.isBig ? 16 : 8;
  return {
    ...page,
    tags: { 273: [3, lengths.map((length, i) => first + i * length)], 279: [3, lengths] },
  };
}

/** The tiles' offsets and byte counts under the tags of strips. */
function movedTable(layout: Layout): TiffPage {
  const first = layout?.isBig ? 16 : 8;
  const lengths = TILES.blocks!.map((block) => block.length);
  return {
    ...TILES,
    tags: {
      273: [4, lengths.map((length, i) => first + i * length)],
      279: [4, lengths],
      324: null,
      325: null,
    },
  };
}

/** Strips as runs of single bytes. */
function packBits(): Uint8Array[] {
  return stripsOf(PIXELS, WIDTH, 1).map((strip) => Uint8Array.of(strip.length - 1, ...strip));
}

/** LZW of codes that are never longer than 9 bits, and stop after ten pixels. */
function lzwCut(): TiffPage {
  const bits = [256, ...PIXELS.subarray(0, 10)].map((code) => code.toString(2).padStart(9, '0')).join('');
  const bytes = Uint8Array.from(bits.padEnd(104, '0').match(/.{8}/g)!, (byte) => Number.parseInt(byte, 2));
  return { ...STRIPS, compression: 5, blocks: STRIPS.blocks!.map(() => bytes) };
}
