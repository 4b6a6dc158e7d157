import { describe, expect, test } from 'vitest';
import type { Pixels } from '$lib/detectors/detector';
import { fromFloat16, toFloat16 } from '$lib/detectors/float16';
import { place, toPicture } from '$lib/detectors/placement';
import { resizeAndNormalize, type Preprocessing } from '$lib/detectors/resize-and-normalize';
import { seeded } from '../../fixtures/seeded';

const PLAIN: Preprocessing = {
  channels: 'rgb',
  range: 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  padding: 114,
  layout: 'nchw',
};
type Colour = readonly [number, number, number];

function picture(width: number, height: number, colour: (x: number, y: number) => Colour): Pixels {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) rgba.set([...colour(x, y), 255], (y * width + x) * 4);
  return { width, height, rgba };
}
const stretched = (
  pixels: Pixels,
  width: number,
  height: number,
  preprocessing: Partial<Preprocessing> = {},
) =>
  Array.from(
    resizeAndNormalize(pixels, place(pixels, { fit: 'stretch', inputSize: { width, height } }), {
      ...PLAIN,
      ...preprocessing,
    }),
  );

describe('numbers', () => {
  const two = picture(2, 1, (x) => (x === 0 ? [10, 20, 30] : [40, 50, 60]));
  test.each<[string, Partial<Preprocessing>, number[]]>([
    ['planes', {}, [10, 40, 20, 50, 30, 60]],
    ['channels last', { layout: 'nhwc' }, [10, 20, 30, 40, 50, 60]],
    ['blue first', { channels: 'bgr' }, [30, 60, 20, 50, 10, 40]],
    [
      'mean and std in the order given',
      { channels: 'bgr', mean: [30, 20, 10], std: [1, 2, 3] },
      [0, 30, 0, 15, 0, 10],
    ],
    ['to 1', { range: 1, mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] }, [10, 40, 20, 50, 30, 60]],
  ])('%s', (_, preprocessing, expected) => {
    stretched(two, 2, 1, preprocessing).forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 3));
  });
  test('between pixels the mean by nearness, at the edge the edge', () => {
    const red = stretched(two, 4, 1).slice(0, 4);
    expect(red).toEqual([10, 17.5, 32.5, 40]);
  });
  test('padding is what its grey becomes, and only where the picture is not', () => {
    const placement = place(two, { fit: 'letterbox', inputSize: { width: 2, height: 4 } });
    const red = Array.from(
      resizeAndNormalize(two, placement, { ...PLAIN, mean: [100, 0, 0] }).subarray(0, 8),
    );
    expect(placement.content).toEqual({ x: 0, y: 1, width: 2, height: 1 });
    expect(red).toEqual([14, 14, -90, -60, 14, 14, 14, 14]);
  });
  test('made much smaller, every pixel counts: stripes become their mean', () => {
    const stripes = picture(90, 90, (x) => (x % 3 === 0 ? [255, 255, 255] : [0, 0, 0]));
    expect(new Set(stretched(stripes, 30, 30))).toEqual(new Set([85]));
  });
  test('a size that is no multiple of the shrinking keeps its proportions', () => {
    // A ramp of 101 pixels on 20 places: place p is centred on pixel (p + 0.5) * 5.05 - 0.5.
    const ramp = picture(101, 5, (x) => [x * 2, 0, 0]);
    const red = stretched(ramp, 20, 1).slice(0, 20);
    for (let at = 1; at < 19; at += 1) expect(red[at]).toBeCloseTo(2 * ((at + 0.5) * 5.05 - 0.5), 0);
  });
});

describe('placement', () => {
  const size = { width: 640, height: 480 };
  test.each([
    [
      'letterbox',
      { width: 320, height: 320 },
      1,
      { width: 320, height: 320 },
      { x: 0, y: 40, width: 320, height: 240 },
    ],
    [
      'corner',
      { width: 320, height: 320 },
      1,
      { width: 320, height: 320 },
      { x: 0, y: 0, width: 320, height: 240 },
    ],
    [
      'stretch',
      { width: 320, height: 320 },
      1,
      { width: 320, height: 320 },
      { x: 0, y: 0, width: 320, height: 320 },
    ],
    ['native', null, 1, { width: 640, height: 480 }, { x: 0, y: 0, width: 640, height: 480 }],
    ['native', null, 128, { width: 640, height: 512 }, { x: 0, y: 0, width: 640, height: 480 }],
  ] as const)('%s into %o, multiples of %i', (fit, inputSize, multiple, input, content) => {
    expect(place(size, { fit, inputSize }, multiple)).toEqual({ picture: size, input, content });
  });

  test('whatever the picture and the input: all of it lies in the input, and its corners come back', () => {
    const random = seeded(3);
    const side = () => 1 + Math.floor(random(3000));
    for (let round = 0; round < 3000; round += 1) {
      const fit = (['letterbox', 'corner', 'stretch', 'native'] as const)[Math.floor(random(4))]!;
      const picture = { width: side(), height: side() };
      const placement = place(picture, { fit, inputSize: { width: side(), height: side() } }, 32);
      const { content, input } = placement;
      expect(content.x >= 0 && content.y >= 0 && content.width >= 1 && content.height >= 1).toBe(true);
      expect(content.x + content.width).toBeLessThanOrEqual(input.width);
      expect(content.y + content.height).toBeLessThanOrEqual(input.height);
      const back = toPicture(
        placement,
        content.x,
        content.y,
        content.x + content.width,
        content.y + content.height,
      );
      expect(back.x).toBeCloseTo(0, 6);
      expect(back.y).toBeCloseTo(0, 6);
      expect(back.width).toBeCloseTo(picture.width, 6);
      expect(back.height).toBeCloseTo(picture.height, 6);
    }
  });

  test('what stands at a place of the picture is found there again: a white block through both ways', () => {
    const block = { x: 200, y: 90, width: 120, height: 60 };
    const inside = (x: number, y: number) =>
      x >= block.x && x < block.x + block.width && y >= block.y && y < block.y + block.height;
    const pixels = picture(640, 480, (x, y) => (inside(x, y) ? [255, 255, 255] : [0, 0, 0]));
    for (const fit of ['letterbox', 'corner', 'stretch', 'native'] as const) {
      const placement = place(pixels, { fit, inputSize: { width: 416, height: 352 } });
      const numbers = resizeAndNormalize(pixels, placement, { ...PLAIN, padding: 0 });
      const { width, height } = placement.input;
      const bright = Array.from({ length: width * height }, (_, at) => at).filter((at) => numbers[at]! > 127);
      const columns = bright.map((at) => at % width);
      const lines = bright.map((at) => Math.floor(at / width));
      const found = toPicture(
        placement,
        Math.min(...columns),
        Math.min(...lines),
        Math.max(...columns) + 1,
        Math.max(...lines) + 1,
      );
      for (const part of ['x', 'y', 'width', 'height'] as const)
        expect(Math.abs(found[part] - block[part]), `${fit} ${part}`).toBeLessThanOrEqual(2);
    }
  });
});

describe('half floats', () => {
  test('every pattern of bits comes back from its number', () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, at) => at);
    const numbers = fromFloat16(bits);
    const back = toFloat16(numbers);
    for (let at = 0; at < bits.length; at += 1)
      if (!Number.isNaN(numbers[at])) expect(back[at]).toBe(bits[at]);
    expect(numbers.filter(Number.isNaN)).toHaveLength(2046);
  });
  test.each([
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [Infinity, 0x7c00],
    [NaN, 0x7e00],
    [2 ** -24, 1],
    [2 ** -25, 0],
    [3 * 2 ** -25, 2],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [0.1, 0x2e66],
  ])('%d is nearest to %i', (value, bits) => {
    expect(toFloat16(Float32Array.of(value))[0]).toBe(bits);
  });
});
