import { bytesOf } from '$lib/platform/images/bytes';
import { hashOf } from '$lib/platform/images/content-hash';
import { asBmp } from '$lib/platform/images/heads/dib';
import { withoutExif } from '$lib/platform/images/heads/webp-head';
import { headOf } from '$lib/platform/images/picture-head';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { aPng, aTiff } from '../../fixtures/picture-bytes';
import { aDib, aWebp } from '../../fixtures/raster-bytes';

const ascii = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));
const word = (value: number) => [value >> 8, value & 255];
const wordLe = (value: number) => [value & 255, value >> 8];
const blob = (...parts: readonly (readonly number[] | Uint8Array)[]) =>
  new Blob(parts.map((part) => Uint8Array.from(part)));
const sizeOf = async (file: Blob) => {
  const [size] = (await headOf(file)).pages;
  return size && [size.width, size.height];
};

/** An EXIF block with an orientation alone, in either byte order. */
const exif = (orientation: number, isLittle = false) =>
  isLittle
    ? [...ascii('II'), 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]
    : [...ascii('MM'), 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
const segment = (marker: number, body: readonly number[]) => [
  0xff,
  marker,
  ...word(body.length + 2),
  ...body,
];
const frame = (width: number, height: number, marker = 0xc0) =>
  segment(marker, [8, ...word(height), ...word(width), 1, 1, 0x11, 0]);
const jpeg = (...segments: readonly (readonly number[])[]) => blob([0xff, 0xd8], ...segments, [0xff, 0xd9]);

describe('a JPEG', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('with orientation %i is measured upright', async (orientation) => {
    const app1 = segment(0xe1, [...ascii('Exif\0\0'), ...exif(orientation, orientation % 2 === 0)]);
    expect(await sizeOf(jpeg(app1, frame(300, 200)))).toEqual(orientation >= 5 ? [200, 300] : [300, 200]);
  });

  test('progressive, with a profile larger than any first read, is measured', async () => {
    const profile = Array.from({ length: 12 }, () => segment(0xe2, Array<number>(60_000).fill(0xff)));
    expect(await sizeOf(jpeg(...profile, frame(30, 20, 0xc2)))).toEqual([30, 20]);
  });

  test('with filling and rubbish between its segments is measured', async () => {
    expect(await sizeOf(jpeg(segment(0xe0, [1]), [0x12, 0x34], [0xff, 0xff], frame(7, 5)))).toEqual([7, 5]);
  });

  test('with an EXIF block that cannot be read is taken as it lies', async () => {
    const app1 = segment(0xe1, [...ascii('Exif\0\0'), ...ascii('MM'), 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]);
    expect(await sizeOf(jpeg(app1, frame(3, 2)))).toEqual([3, 2]);
  });

  const app1 = segment(0xe1, [...ascii('Exif\0\0'), ...exif(1)]);
  const profile = segment(0xe2, [...ascii('ICC_PROFILE\0'), 1, 1, 9]);
  const ofFour = segment(0xc0, [8, 0, 2, 0, 3, 4, 1, 0x11, 0]);
  test.each<[string, Blob, boolean]>([
    ['grey', jpeg(frame(3, 2)), true],
    ['colours', jpeg(segment(0xc0, [8, 0, 2, 0, 3, 3, 1, 0x11, 0])), true],
    ['other things than a profile', jpeg(segment(0xe2, ascii('MPF\0')), frame(3, 2)), true],
    ['what might turn it', jpeg(app1, frame(3, 2)), false],
    ['a profile', jpeg(profile, frame(3, 2)), false],
    ['printing colours', jpeg(ofFour), false],
  ])('with %s', async (_, file, isPlain) => {
    expect((await headOf(file)).isPlain).toBe(isPlain);
  });

  test('whose frame never comes has no size', async () => {
    expect(await sizeOf(jpeg(segment(0xe0, [1, 2, 3])))).toBeNull();
  });
});

test.each([
  ['a PNG', new Blob([aPng(9, 4)]), [9, 4]],
  ['a PNG that lies on its side', new Blob([aPng(9, 4, [['eXIf', Uint8Array.from(exif(6))]])]), [4, 9]],
  ['a GIF', blob(ascii('GIF89a'), wordLe(40), wordLe(30), [0, 0, 0]), [40, 30]],
  [
    'a GIF whose first frame is larger than its screen',
    blob(
      [...ascii('GIF89a'), ...wordLe(4), ...wordLe(3), 0, 0, 0],
      [0x21, 0xf9, 4, 0, 0, 0, 0, 0],
      [0x2c, ...wordLe(1), ...wordLe(2), ...wordLe(500), ...wordLe(600), 0],
    ),
    [501, 602],
  ],
  [
    'a bitmap from the top',
    blob(
      ascii('BM'),
      Array<number>(12).fill(0),
      [40, 0, 0, 0],
      [64, 0, 0, 0],
      [0xe0, 0xff, 0xff, 0xff],
      [1, 0],
    ),
    [64, 32],
  ],
  [
    'a bitmap of old',
    blob(ascii('BM'), Array<number>(12).fill(0), [12, 0, 0, 0], wordLe(20), wordLe(10), [1, 0, 1, 0]),
    [20, 10],
  ],
  [
    'a WebP with a canvas',
    blob(ascii('RIFF....WEBPVP8X....'), [0, 0, 0, 0], [0xff, 0, 0], [0x7f, 1, 0]),
    [256, 384],
  ],
  [
    'a lossless WebP',
    blob(ascii('RIFF....WEBPVP8L....'), [0x2f, 0x63, 0xc0, 0x0c, 0], Array<number>(10).fill(0)),
    [100, 52],
  ],
  [
    'a lossy WebP',
    blob(ascii('RIFF....WEBPVP8 ....'), Array<number>(6).fill(0), wordLe(120), wordLe(80)),
    [120, 80],
  ],
  ['a TIFF', new Blob([aTiff([{ width: 5, height: 3 }])]), [5, 3]],
  ['a big-endian TIFF', new Blob([aTiff([{ width: 5, height: 3 }], { isLittle: false })]), [5, 3]],
  ['a BigTIFF', new Blob([aTiff([{ width: 5, height: 3, orientation: 8 }], { isBig: true })]), [3, 5]],
] as const)('%s is measured by its first bytes', async (_, file, expected) => {
  expect(await sizeOf(file)).toEqual(expected);
});

test('an AVIF is measured by its largest part, turned', async () => {
  const ispe = (width: number, height: number) => [
    ...ascii('ispe'),
    ...[0, 0, 0, 0, 0, 0, ...word(width), 0, 0, ...word(height)],
  ];
  const head = [0, 0, 0, 24, ...ascii('ftypavif....avifmif1')];
  const properties = [...ispe(64, 64), ...ispe(640, 427), ...ascii('irot'), 1];
  expect(await sizeOf(blob(head, properties))).toEqual([427, 640]);
});

test.each([
  [[], [], 1],
  [[1], [], 8],
  [[2], [], 3],
  [[3], [], 6],
  [[], [0], 4],
  [[], [1], 2],
  [[1], [0], 5],
  [[1], [1], 7],
  [[3], [0], 7],
  [[2], [1], 4],
])(
  'an AVIF turned by %j quarters and mirrored along %j has orientation %i',
  async (turn, mirror, expected) => {
    const ispe = [...ascii('ispe'), ...[0, 0, 0, 0, 0, 0, ...word(60), 0, 0, ...word(40)]];
    const more = [
      ...turn.flatMap((by) => [...ascii('irot'), by]),
      ...mirror.flatMap((along) => [...ascii('imir'), along]),
    ];
    const file = blob([0, 0, 0, 24, ...ascii('ftypavif....avifmif1')], ispe, more);
    expect((await headOf(file)).orientations).toEqual([expected]);
  },
);

test.each([
  [16_384, 16_384, null],
  [17_000, 16_000, 'picture-too-large'],
  [33_000, 64, 'picture-too-large'],
])('an AVIF of %i by %i: %s', async (width, height, expected) => {
  const ispe = [...ascii('ispe'), ...[0, 0, 0, 0, 0, 0, ...word(width), 0, 0, ...word(height)]];
  const head = await headOf(blob([0, 0, 0, 24, ...ascii('ftypavif....avifmif1')], ispe));
  expect(head.problem).toBe(expected);
});

describe('a WebP', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('with orientation %i is measured upright', async (orientation) => {
    const head = await headOf(new Blob([aWebp(orientation)]));
    expect(head.pages).toEqual([orientation >= 5 ? { width: 40, height: 60 } : { width: 60, height: 40 }]);
    expect(head.isTurned).toEqual([orientation !== 1]);
  });

  test('may have the mark of a JPEG before its EXIF', async () => {
    const head = await headOf(new Blob([aWebp(6, [...ascii('Exif'), 0, 0])]));
    expect(head.orientations).toEqual([6]);
  });

  test('without its EXIF is the same file otherwise', async () => {
    const file = new Blob([aWebp(6)]);
    const bare = await withoutExif(file, await bytesOf(file));
    expect(new Uint8Array(await bare.arrayBuffer())).toEqual(aWebp(null));
    const none = new Blob([aWebp(null)]);
    expect(await withoutExif(none, await bytesOf(none))).toBe(none);
  });
});

test.each([
  [0xc3, 8, 'picture-jpeg-unsupported', 'lossless'],
  [0xcb, 8, 'picture-jpeg-unsupported', 'lossless'],
  [0xc5, 8, 'picture-jpeg-unsupported', 'hierarchical'],
  [0xc3, 16, 'picture-jpeg-unsupported', 'lossless'],
  [0xc0, 8, null, undefined],
  [0xc2, 8, null, undefined],
])('a JPEG of frame %i and %i bits: %s, %s', async (marker, bits, problem, what) => {
  const body = [bits, 0, 20, 0, 30, 1, 1, 0x11, 0];
  const head = await headOf(jpeg(segment(marker, body)));
  expect([head.problem, head.about['what']]).toEqual([problem, what]);
});

test.each([
  [0xc1, 12, '12'],
  [0xc9, 8, 'arithmetic'],
  [0xc0, 8, null],
])('a JPEG of frame %i and %i bits may fail for one reason: %s', async (marker, bits, expected) => {
  const head = await headOf(jpeg(segment(marker, [bits, 0, 20, 0, 30, 1, 1, 0x11, 0])));
  expect([head.problem, head.doubt]).toEqual([null, expected]);
});

test.each([1, 4, 8, 24, 32])('a bitmap of %i bits without its lead becomes a file', async (bits) => {
  const dib = new Blob([aDib(5, 3, bits)]);
  expect(await sizeOf(dib)).toEqual([5, 3]);
  const file = await asBmp(dib);
  expect(await sizeOf(file)).toEqual([5, 3]);
  const view = new DataView(await file.arrayBuffer());
  expect(view.getUint32(2, true)).toBe(file.size);
  // The pixels end where the file ends.
  expect(view.getUint32(10, true) + Math.ceil((5 * bits) / 32) * 4 * 3).toBe(file.size);
});

test('a smaller copy of a page and a mask are no pages', async () => {
  const pages = [{ width: 8 }, { width: 4, subfile: 1 }, { width: 8, subfile: 4 }, { width: 6, subfile: 2 }];
  const { pages: sizes, directories } = await headOf(new Blob([aTiff(pages)]));
  expect(sizes.map((size) => size?.width)).toEqual([8, 6]);
  expect(directories.map(({ index }) => index)).toEqual([0, 3]);
});

test('a chain of directories that bites its tail ends', async () => {
  const tiff = aTiff([{ width: 4 }]);
  const view = new DataView(tiff.buffer);
  const at = view.getUint32(4, true);
  view.setUint32(at + 2 + view.getUint16(at, true) * 12, at, true);
  expect((await headOf(new Blob([tiff]))).pages).toHaveLength(1);
});

test('a picture with more pixels than can be held is refused by its head', async () => {
  const bomb = blob(ascii('GIF89a'), wordLe(65535), wordLe(65535), [0, 0, 0]);
  expect((await headOf(bomb)).problem).toBe('picture-too-large');
});

describe('the identity of a content', () => {
  const hash = async (file: Blob) => hashOf(await bytesOf(file));

  test('sees length, beginning, middle and end of a large file, and one byte of a small one', async () => {
    const large = new Uint8Array(2_000_000);
    const before = await hash(new Blob([large]));
    for (const at of [0, 65_535, 1_000_000, 1_999_999]) {
      const other = large.slice();
      other[at] = 1;
      expect(await hash(new Blob([other])), `byte ${at}`).not.toBe(before);
    }
    expect(await hash(new Blob([large, 'x']))).not.toBe(before);
    // Known and written down: what lies between the blocks is not seen.
    const between = large.slice();
    between[500_000] = 1;
    expect(await hash(new Blob([between]))).toBe(before);
    const small = new Uint8Array(190_000);
    const touched = small.slice();
    touched[100_000] = 1;
    expect(await hash(new Blob([small]))).not.toBe(await hash(new Blob([touched])));
  });
});

test('the sample’s pictures are measured', async () => {
  const picture = new Blob([readFileSync('static/sample/pictures/mucosa-001.jpg')]);
  expect(await sizeOf(picture)).toEqual([640, 512]);
});
