import type { DetectContext, Pixels } from '$lib/detectors/detector';
import { baseAnchors, placeAnchor, roundHalfToEven } from '$lib/detectors/torch/anchors';
import { applyDeltas, clipBox } from '$lib/detectors/torch/box-deltas';
import { boxDetections } from '$lib/detectors/torch/box-detections';
import { fasterRcnn } from '$lib/detectors/torch/fasterrcnn';
import { topK } from '$lib/detectors/torch/top-k';
import { imageTensor, paddedSize, resizedSize } from '$lib/detectors/torch/image-tensor';
import { MOBILE_MAPS } from '$lib/detectors/torch/mobilenet-v3-fpn';
import { byPoolLevel, poolLevel } from '$lib/detectors/torch/pool-levels';
import { proposals } from '$lib/detectors/torch/proposals';
import { RESNET_MAPS } from '$lib/detectors/torch/resnet50-fpn';
import { suppressBoxes } from '$lib/detectors/torch/suppress-boxes';
import { describe, expect, test } from 'vitest';
import { seeded } from '../../../fixtures/seeded';
import { torchvisionKeys, torchvisionResults, unreadState } from '../../../fixtures/torchvision';

const floats = (...values: readonly number[]) => Float32Array.from(values);
const tensor = (shape: readonly number[], data: Float32Array) => ({ type: 'float32', shape, data }) as const;

describe('the size that a picture is brought to', () => {
  test.each(torchvisionResults())(
    '$width x $height: as torchvision told',
    ({ width, height, resized, padded }) => {
      const size = resizedSize({ width, height }, null);
      expect([size.height, size.width]).toEqual(resized);
      expect([paddedSize(size).height, paddedSize(size).width]).toEqual(padded);
    },
  );

  test('over 4,000 sizes the short side is 799 in a quarter, and plain division would be wrong in half', () => {
    const random = seeded(7);
    const counts = { short: 0, double: 0, single: 0 };
    for (let at = 0; at < 4000; at += 1) {
      const [width, height] = [Math.floor(100 + random(3900)), Math.floor(100 + random(3900))];
      const size = resizedSize({ width, height }, null);
      const [least, most] = [Math.min(size.width, size.height), Math.max(size.width, size.height)];
      const isLimited = (Math.max(width, height) * 800) / Math.min(width, height) > 1333;
      expect(most).toBeLessThanOrEqual(1333);
      if (!isLimited) expect([799, 800]).toContain(least);
      else expect([1332, 1333]).toContain(most);
      const scaled = (scale: number) => `${Math.floor(width * scale)} ${Math.floor(height * scale)}`;
      const own = `${size.width} ${size.height}`;
      const [short, long] = [Math.min(width, height), Math.max(width, height)];
      if (least === 799 || most === 1332) counts.short += 1;
      if (own !== scaled(Math.min(800 / short, 1333 / long))) counts.double += 1;
      if (own !== scaled(Math.min(Math.fround(800 / short), Math.fround(1333 / long)))) counts.single += 1;
    }
    expect(counts.short / 4000).toBeGreaterThan(0.15);
    expect(counts.short / 4000).toBeLessThan(0.5);
    expect(counts.double / 4000).toBeGreaterThan(0.35);
    expect(counts.single / 4000).toBeGreaterThan(0.15);
  });

  test('a smaller short side is a quick look', () => {
    expect(resizedSize({ width: 1920, height: 1080 }, 256)).toEqual({ width: 455, height: 255 });
    expect(resizedSize({ width: 3, height: 4000 }, null)).toEqual({ width: 1, height: 1333 });
    const small = { short: 320, long: 640 };
    expect(resizedSize({ width: 640, height: 480 }, null, small)).toEqual({ width: 426, height: 320 });
    expect(resizedSize({ width: 1920, height: 480 }, null, small)).toEqual({ width: 640, height: 160 });
  });
});

describe('the image for the network', () => {
  const settings = { channels: 'rgb', range: 1, mean: [0, 0, 0], std: [1, 1, 1] } as const;
  const row: Pixels = {
    width: 2,
    height: 1,
    rgba: Uint8ClampedArray.of(0, 51, 255, 255, 255, 102, 0, 255),
  };

  test('is interpolated between the centres of pixels, kept at the edges, and zero beyond', () => {
    const { data, shape } = imageTensor(row, { width: 4, height: 1 }, settings);
    expect(shape).toEqual([1, 3, 32, 32]);
    const plane = (channel: number) => [...data.slice(channel * 1024, channel * 1024 + 5)] as number[];
    expect(plane(0)).toEqual([0, 0.25, 0.75, 1, 0]);
    expect(plane(1).map((value) => Math.round(value * 1000))).toEqual([200, 250, 350, 400, 0]);
    expect(plane(2)).toEqual([1, 0.75, 0.25, 0, 0]);
    expect([...data.slice(32, 36)]).toEqual([0, 0, 0, 0]);
  });

  test('follows what a person overrules: channels, range, mean and std', () => {
    const other = { channels: 'bgr', range: 255, mean: [5, 0, 0], std: [2, 1, 1] } as const;
    const { data } = imageTensor(row, { width: 2, height: 1 }, other);
    expect([...data.slice(0, 2)]).toEqual([125, -2.5]);
    expect([...data.slice(2048, 2050)]).toEqual([0, 255]);
  });

  test('is the same in memory that another image stood in', () => {
    const memory = new Float32Array(3 * 64 * 64);
    const floats = (length: number) => memory.subarray(0, length);
    const [large, small] = [
      { width: 40, height: 33 },
      { width: 20, height: 9 },
    ];
    const anew = imageTensor(row, small, settings);
    imageTensor(row, large, { ...settings, mean: [7, 8, 9] }, paddedSize(large), floats);
    const again = imageTensor(row, small, settings, paddedSize(small), floats);
    expect(again).toEqual(anew);
    expect(again.data.buffer).toBe(memory.buffer);
  });

  test('of a smaller size takes two pixels each way and no more: nothing is smoothed', () => {
    const rgba = Uint8ClampedArray.from({ length: 8 * 4 }, (_, at) =>
      at % 4 === 3 ? 255 : Math.floor(at / 4) * 10,
    );
    const { data } = imageTensor(
      { width: 8, height: 1, rgba },
      { width: 2, height: 1 },
      { ...settings, range: 255 },
    );
    expect(Array.from(data as Float32Array, Math.round).slice(0, 2)).toEqual([15, 55]);
  });
});

describe('anchors', () => {
  test('are whole pixels, halves to the even one', () => {
    expect([...baseAnchors([32])]).toEqual([-23, -11, 23, 11, -16, -16, 16, 16, -11, -23, 11, 23]);
    expect([...baseAnchors([512])]).toEqual([
      -362, -181, 362, 181, -256, -256, 256, 256, -181, -362, 181, 362,
    ]);
    expect([22.5, 23.5, -22.5, -23.5, 22.4, -0.6].map(roundHalfToEven)).toEqual([22, 24, -22, -24, 22, -1]);
  });

  test('are counted place by place, row by row', () => {
    const box = new Float32Array(4);
    const map = { width: 5, strideX: 4, strideY: 4 };
    placeAnchor(baseAnchors([32]), (2 * 5 + 3) * 3 + 1, map, box);
    expect([...box]).toEqual([12 - 16, 8 - 16, 12 + 16, 8 + 16]);
  });
});

describe('deltas', () => {
  const moved = (box: Float32Array, deltas: readonly [number, number, number, number]) => {
    const boxes = new Float32Array(4);
    applyDeltas({ boxes: box, at: 0 }, deltas, { boxes, at: 0 });
    return [...boxes].map((value) => Math.round(value * 1000) / 1000);
  };

  test('move by the own size and grow around the centre', () => {
    expect(moved(floats(10, 20, 30, 60), [0, 0, 0, 0])).toEqual([10, 20, 30, 60]);
    expect(moved(floats(10, 20, 30, 60), [0.5, -0.25, 0, 0])).toEqual([20, 10, 40, 50]);
    expect(moved(floats(10, 20, 30, 60), [0, 0, Math.log(2), Math.log(0.5)])).toEqual([0, 30, 40, 50]);
  });

  test('let no box grow more than 62.5 times', () => {
    expect(moved(floats(0, 0, 2, 2), [0, 0, 100, 0])).toEqual([-61.5, 0, 63.5, 2]);
  });

  test('what is left in the picture must have sides', () => {
    const boxes = floats(-5, -5, 3, 200, 100, 0, 120, 9);
    expect(clipBox(boxes, 0, { width: 100, height: 50 }, 1e-3)).toBe(true);
    expect([...boxes.slice(0, 4)]).toEqual([0, 0, 3, 50]);
    expect(clipBox(boxes, 4, { width: 100, height: 50 }, 1e-3)).toBe(false);
  });
});

describe('choosing', () => {
  test('the highest of many values are those that sorting gives, equal ones by their number', () => {
    const random = seeded(3);
    const values = Float32Array.from({ length: 20_000 }, () => Math.round(random(400) - 300) / 8);
    const sorted = [...values.keys()].sort((a, b) => values[b]! - values[a]! || a - b);
    for (const count of [1, 1000, 19_999, 20_000, 30_000])
      expect([...topK(values, count)]).toEqual(sorted.slice(0, count));
    expect([...topK(floats(), 10)]).toEqual([]);
    expect([...topK(floats(-Infinity, 0, -0, Infinity), 3)]).toEqual([3, 1, 2]);
  });

  test('values that are no numbers are refused in words', () => {
    expect(() => topK(floats(1, NaN), 1)).toThrow(
      expect.objectContaining({ code: 'model-failed', about: { reason: 'outputs-nan' } }),
    );
  });

  test('the stronger of two that overlap stays; at the limit both do', () => {
    const boxes = floats(0, 0, 10, 10, 0, 0, 10, 5, 0, 0, 10, 4, 50, 50, 60, 60);
    expect(suppressBoxes(boxes, [0.5, 0.9, 0.1, 0.2], 0.5)).toEqual([1, 0, 3]);
    expect(suppressBoxes(boxes, [0.5, 0.9, 0.1, 0.2], 0.45)).toEqual([1, 3]);
    expect(suppressBoxes(floats(), [], 0.5)).toEqual([]);
  });
});

describe('the map that a box is cut from', () => {
  test.each([
    [10, 0],
    [111.9, 0],
    [112, 1],
    [223.9, 1],
    [224, 2],
    [447.9, 2],
    [448, 3],
    [2000, 3],
  ])('a square of %d pixels: number %d', (side, level) => {
    expect(poolLevel(floats(0, 0, side, side), 0, RESNET_MAPS)).toBe(level);
  });

  test('a map can have none', () => {
    const boxes = floats(0, 0, 10, 10, 0, 0, 500, 500, 0, 0, 20, 20);
    expect(byPoolLevel(boxes, RESNET_MAPS)).toEqual([[0, 2], [], [], [1]]);
    expect(byPoolLevel(boxes, MOBILE_MAPS)).toEqual([[0, 1, 2]]);
  });
});

test('proposals are the likeliest anchors of all levels, moved and clipped', () => {
  const levels = [8, 4, 2, 1, 1].map((side) => ({
    objectness: tensor([1, 3, side, side], new Float32Array(3 * side * side).fill(-20)),
    deltas: tensor([1, 12, side, side], new Float32Array(12 * side * side)),
  }));
  // The square anchor at the second row's third place of the finest level.
  levels[0]!.objectness.data[64 + 8 + 2] = 3;
  levels[1]!.objectness.data[16] = 5;
  const found = proposals(levels, { width: 30, height: 32 }, { width: 32, height: 32 });
  expect([...found.slice(0, 8)]).toEqual([0, 0, 30, 32, 0, 0, 24, 20]);
});

test('detections: softmax without background, each class for itself, in pixels of the picture', () => {
  const proposed = floats(0, 0, 100, 100, 0, 0, 100, 90, 200, 200, 300, 300);
  const logits = floats(0, 4, 0, 0, 3, 3, 9, 0, 0);
  const settings = { scoreThreshold: 0.05, iouThreshold: 0.5, maxDetections: 100 };
  const sizes = { image: { width: 800, height: 800 }, picture: { width: 400, height: 200 } };
  const outputs = { logits: tensor([3, 3], logits), deltas: tensor([3, 12], new Float32Array(36)) };
  const found = boxDetections(outputs, proposed, [0, 1, 2], sizes, settings);
  expect(found.map(({ classNumber, score }) => [classNumber, Math.round(score * 1000)])).toEqual([
    [0, 965],
    [1, 488],
  ]);
  expect(found[0]).toMatchObject({ x: 0, y: 0, width: 50, height: 25 });
  expect(boxDetections(outputs, proposed, [0, 1, 2], sizes, { ...settings, maxDetections: 1 })).toHaveLength(
    1,
  );
  expect(boxDetections(outputs, proposed, [0, 1, 2], sizes, { ...settings, scoreThreshold: 0.97 })).toEqual(
    [],
  );
});

describe('a picture under way', () => {
  const pixels: Pixels = { width: 8, height: 8, rgba: new Uint8ClampedArray(8 * 8 * 4) };
  const pipeline = async () => {
    const state = unreadState(torchvisionKeys()['fasterrcnn_resnet50_fpn']!);
    const { settings } = fasterRcnn.runs!.describe(state);
    return {
      settings: { ...settings, shortSide: 32 },
      made: await fasterRcnn.runs!.pipeline(state, new Blob(), settings),
    };
  };
  const sides = [8, 4, 2, 1, 1];
  const outputs: DetectContext['run'] = (graph, inputs) =>
    Promise.resolve(
      graph === 'head'
        ? Object.fromEntries(
            [2, 8].map((columns) => {
              const rows = [0, 1, 2, 3].reduce((sum, at) => sum + inputs[`boxes${at}`]!.shape[0]!, 0);
              return [
                columns === 2 ? 'logits' : 'deltas',
                tensor([rows, columns], new Float32Array(rows * columns)),
              ];
            }),
          )
        : Object.fromEntries(
            sides.flatMap((side, level) => [
              [`p${level + 2}`, tensor([1, 256, side, side], new Float32Array(256 * side * side))],
              [`objectness${level}`, tensor([1, 3, side, side], new Float32Array(3 * side * side))],
              [`deltas${level}`, tensor([1, 12, side, side], new Float32Array(12 * side * side))],
            ]),
          ),
    );

  test('ends between two graphs when the person gives up', async () => {
    const { made, settings } = await pipeline();
    const controller = new AbortController();
    const asked: string[] = [];
    const run: DetectContext['run'] = (graph, inputs) => {
      asked.push(graph);
      controller.abort();
      return outputs(graph, inputs);
    };
    const context = { run, settings, signal: controller.signal, report: () => undefined };
    await expect(made.detect(pixels, context)).rejects.toThrow(/abort/i);
    expect(asked).toEqual(['trunk']);
  });

  test('that gives nothing but zeros is refused in words', async () => {
    const { made, settings } = await pipeline();
    const { signal } = new AbortController();
    await expect(
      made.detect(pixels, { run: outputs, settings, signal, report: () => undefined }),
    ).rejects.toMatchObject({ code: 'model-failed', about: { reason: 'outputs-zero' } });
  });
});
