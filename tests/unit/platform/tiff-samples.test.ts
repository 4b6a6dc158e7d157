import { headOf } from '$lib/platform/images/picture-head';
import { decodeTiff } from '$lib/platform/images/tiff/tiff-decode';
import { describe, expect, test } from 'vitest';
import { aTiff, type TiffPage } from '../../fixtures/picture-bytes';

type Layout = Parameters<typeof aTiff>[1];
const LAYOUTS: readonly Layout[] = [
  {},
  { isLittle: false },
  { isBig: true },
  { isBig: true, isLittle: false },
];

async function decoded(page: TiffPage, layout: Layout = {}) {
  const file = new Blob([aTiff([page], layout)]);
  const [directory] = (await headOf(file)).directories;
  return decodeTiff(file, directory!, { width: 1000, height: 1000 });
}
/** The first colour of every pixel: gray pixels, whole. */
async function grays(page: TiffPage, layout: Layout = {}) {
  const { rgba } = await decoded(page, layout);
  return Array.from({ length: rgba!.length / 4 }, (_, at) => rgba![at * 4]!);
}

describe('samples', () => {
  const bitsOf = (values: readonly number[], width: readonly number[]) => {
    const text = values.map((value, i) => value.toString(2).padStart(width[i % width.length]!, '0')).join('');
    return Uint8Array.from(text.padEnd(Math.ceil(text.length / 8) * 8, '0').match(/.{8}/g)!, (byte) =>
      Number.parseInt(byte, 2),
    );
  };
  test.each([3, 5, 6, 7])('gray of %i bits', async (bits) => {
    const full = 2 ** bits - 1;
    const values = [0, full, 1, full - 1, 2];
    const page: TiffPage = { width: 5, height: 1, bits: [bits], blocks: [bitsOf(values, [bits])] };
    for (const layout of LAYOUTS)
      expect(await grays(page, layout)).toEqual(values.map((value) => Math.round((value * 255) / full)));
  });

  test.each([10, 12, 14])('colours of %i bits', async (bits) => {
    const full = 2 ** bits - 1;
    const page: TiffPage = {
      width: 2,
      height: 1,
      photometric: 2,
      bits: [bits, bits, bits],
      blocks: [bitsOf([0, full, full >> 1, full, 0, 0], [bits])],
    };
    for (const layout of LAYOUTS) {
      const { rgba } = await decoded(page, layout);
      expect([...rgba!]).toEqual([0, 255, 127, 255, 255, 0, 0, 255]);
    }
  });

  test('colours of 5, 6 and 5 bits', async () => {
    const page: TiffPage = {
      width: 2,
      height: 1,
      photometric: 2,
      bits: [5, 6, 5],
      blocks: [bitsOf([31, 0, 0, 0, 63, 31], [5, 6, 5])],
    };
    expect([...(await decoded(page)).rgba!]).toEqual([255, 0, 0, 255, 0, 255, 255, 255]);
  });

  test('gray of 24 bits is in the byte order of the file', async () => {
    const values = [0, 0x7fffff, 0xffffff];
    const bytes = (isLittle: boolean) =>
      values.flatMap((value) => {
        const three = [value >> 16, (value >> 8) & 255, value & 255];
        return isLittle ? three.reverse() : three;
      });
    for (const isLittle of [true, false]) {
      const blocks = [Uint8Array.from(bytes(isLittle))];
      expect(await grays({ width: 3, height: 1, bits: [24], blocks }, { isLittle })).toEqual([0, 127, 255]);
    }
  });

  test('floats of half precision', async () => {
    const blocks = [Uint8Array.from([0xc0, 0x00, 0x00, 0x00, 0x40, 0x00, 0x3c, 0x00])];
    const page: TiffPage = { width: 4, height: 1, bits: [16], sampleFormat: 3, blocks };
    expect(await grays(page, { isLittle: false })).toEqual([0, 128, 255, 191]);
  });

  test('signed gray is shown from its darkest to its lightest', async () => {
    const page: TiffPage = { width: 3, height: 1, sampleFormat: 2, blocks: [Uint8Array.of(0x80, 0, 0x7f)] };
    expect(await grays(page)).toEqual([0, 128, 255]);
  });

  test('the first pixel may be in the lowest bit', async () => {
    const page: TiffPage = { width: 8, height: 1, bits: [1], blocks: [Uint8Array.of(0b0000_0101)] };
    expect(await grays({ ...page, tags: { 266: [3, [2]] } })).toEqual([255, 0, 255, 0, 0, 0, 0, 0]);
  });
});

describe('luma and chroma that share their colours', () => {
  /** Luma of every pixel, and the colour differences of every unit. */
  const luma = [50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190];
  const cb = (unit: number) => 100 + unit * 10;
  const unitsOf = (width: number, height: number, across: number, down: number) => {
    const bytes: number[] = [];
    let unit = 0;
    for (let top = 0; top < height; top += down)
      for (let left = 0; left < width; left += across, unit += 1) {
        for (let y = top; y < top + down; y += 1)
          for (let x = left; x < left + across; x += 1)
            bytes.push(x < width && y < height ? luma[y * width + x]! : 0);
        bytes.push(cb(unit), 128);
      }
    return Uint8Array.from(bytes);
  };
  test.each([
    [2, 2],
    [2, 1],
    [4, 1],
    [1, 2],
    [4, 4],
  ])('by %i across and %i down', async (across, down) => {
    const [width, height] = [5, 3];
    const page: TiffPage = {
      ...{ width, height, photometric: 6, bits: [8, 8, 8] },
      subsampling: [across, down],
      blocks: [unitsOf(width, height, across, down)],
    };
    const { rgba } = await decoded(page);
    const perRow = Math.ceil(width / across);
    for (let at = 0; at < luma.length; at += 1) {
      const unit = Math.floor(Math.floor(at / width) / down) * perRow + Math.floor((at % width) / across);
      expect(Math.abs(rgba![at * 4]! - luma[at]!), `red of pixel ${at}`).toBeLessThanOrEqual(1);
      const blue = Math.min(255, Math.max(0, luma[at]! + 1.772 * (cb(unit) - 128)));
      expect(Math.abs(rgba![at * 4 + 2]! - blue), `blue of pixel ${at}`).toBeLessThanOrEqual(1);
    }
  });

  test('in the range of television', async () => {
    const page: TiffPage = {
      ...{ width: 2, height: 1, photometric: 6, bits: [8, 8, 8] },
      subsampling: [1, 1],
      blocks: [Uint8Array.of(16, 128, 128, 235, 128, 128)],
      tags: { 532: [5, [16, 235, 128, 240, 128, 240].flatMap((value) => [value, 1])] },
    };
    expect([...(await decoded(page)).rgba!]).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
  });
});
