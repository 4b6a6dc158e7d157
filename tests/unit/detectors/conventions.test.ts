import { describe, expect, test } from 'vitest';
import { DETECTORS, detectorOf } from '$lib/detectors/all';
import type { DecodeContext } from '$lib/detectors/convention';
import type { NamedTensors, Tensor } from '$lib/detectors/detector';
import { toFloat16 } from '$lib/detectors/float16';

/** Every row: left, top, right, bottom in pixels of the input, score, class. */
type Row = readonly [number, number, number, number, number, number];

const READING: DecodeContext = { input: { width: 64, height: 32 }, scoreThreshold: 0.25, classCount: null };

const floats = (shape: readonly number[], values: readonly number[]): Tensor => {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  data.set(values);
  return { type: 'float32', shape, data };
};
const longs = (shape: readonly number[], values: readonly number[]): Tensor => ({
  type: 'int64',
  shape,
  data: BigInt64Array.from(values, BigInt),
});
/** Some rows put into many, the others zero. */
const rows = (count: number, columns: number, some: Readonly<Record<number, readonly number[]>>): Tensor => {
  const tensor = floats([1, count, columns], []);
  for (const [row, values] of Object.entries(some))
    (tensor.data as Float32Array).set(values, Number(row) * columns);
  return tensor;
};
/** `[1, A, B]` on its side. */
const turned = ({ shape: [, a = 0, b = 0], data }: Tensor): Tensor =>
  floats(
    [1, b, a],
    Array.from({ length: a * b }, (_, at) => Number(data[(at % a) * b + Math.floor(at / a)])),
  );

function decoded(id: string, outputs: NamedTensors, reading: Partial<DecodeContext> = {}): readonly Row[] {
  const { count, boxes, scores, classes } = detectorOf(id).decode(outputs, { ...READING, ...reading });
  return Array.from({ length: count }, (_, at) => [
    ...([0, 1, 2, 3].map((side) => round(boxes[at * 4 + side]!)) as [number, number, number, number]),
    round(scores[at]!),
    classes[at]!,
  ]);
}
const round = (value: number) => Math.round(value * 1000) / 1000 + 0;
const logit = (score: number) => Math.log(score / (1 - score));

// 64 x 32 at strides 8, 16, 32: 32 + 8 + 2 cells; stride 64 adds 1.
const CELLS = 42;

describe('yolo-v8', () => {
  const two = rows(CELLS, 6, {
    3: [20, 10, 8, 4, 0.3, 0.9],
    7: [30, 16, 4, 4, 0.25, 0.1],
    8: [1, 1, 1, 1, 0.2, 0.24],
  });
  const expected = [
    [16, 8, 24, 12, 0.9, 1],
    [28, 14, 32, 18, 0.25, 0],
  ];
  test('reads places side by side, and on their side', () => {
    expect(decoded('yolo-v8', { output0: turned(two) })).toEqual(expected);
    expect(decoded('yolo-v8', { output0: two }, { classCount: 2 })).toEqual(expected);
  });
  test('reads no more columns than there are classes', () => {
    const masks = rows(CELLS, 8, { 3: [20, 10, 8, 4, 0.3, 0.9, 55, -70] });
    expect(
      decoded('yolo-v8', { output0: turned(masks), output1: floats([1, 2, 4, 4], []) }, { classCount: 2 }),
    ).toEqual([[16, 8, 24, 12, 0.9, 1]]);
  });
  test('brings numbers that are no scores yet through a sigmoid, and parts of the input to pixels', () => {
    const raw = rows(CELLS, 5, { 3: [0.5, 0.5, 0.25, 0.5, logit(0.75)] });
    for (let row = 0; row < CELLS; row += 1) if (row !== 3) (raw.data as Float32Array)[row * 5 + 4] = -6;
    expect(decoded('yolo-v8', { output0: turned(raw) })).toEqual([[24, 8, 40, 24, 0.75, 0]]);
  });
  test('reads half floats', () => {
    const { shape, data } = turned(two);
    const half: Tensor = { type: 'float16', shape, data: toFloat16(data as Float32Array) };
    const [[left, , , , score] = []] = decoded('yolo-v8', { output0: half });
    expect(left).toBe(16);
    expect(score).toBeCloseTo(0.9, 3);
  });
});

test('yolo-v5: how sure of anything times how sure of the class', () => {
  const output = rows(CELLS * 3, 7, {
    0: [20, 10, 8, 4, 0.8, 0.1, 0.5],
    9: [20, 10, 8, 4, 0.9, 0.2, 0.1],
    125: [40, 20, 10, 10, 1, 0.7, 0.2],
  });
  expect(decoded('yolo-v5', { output0: output })).toEqual([
    [16, 8, 24, 12, 0.4, 1],
    [35, 15, 45, 25, 0.7, 0],
  ]);
});

describe('yolox', () => {
  test('raw: centres are told from their cell, sizes as logarithms, in strides', () => {
    // Cell 9: column 1, row 1 of the finest map. Cell 33: column 1, row 0 at stride 16. Cell 41: column 1 at stride 32.
    const raw = rows(CELLS, 7, {
      9: [0.5, 0.25, Math.log(2), Math.log(1), 0.9, 0.2, 0.5],
      33: [-0.5, 0.5, Math.log(1), Math.log(0.5), 0.5, 1, 0],
      41: [0.5, 0.5, Math.log(0.5), Math.log(0.5), 1, 0.5, 0.25],
    });
    expect(decoded('yolox', { output: raw })).toEqual([
      [4, 6, 20, 14, 0.45, 1],
      [0, 4, 16, 12, 0.5, 0],
      [40, 8, 56, 24, 0.5, 0],
    ]);
  });
  test('decoded in the network: rows are pixels already, seen from centres all over the picture', () => {
    const inPixels = rows(CELLS, 6, {});
    for (let row = 0; row < CELLS; row += 1)
      (inPixels.data as Float32Array).set([(row * 64) / CELLS, 16, 4, 4, 0], row * 6);
    (inPixels.data as Float32Array).set([20, 10, 8, 4, 0.9, 0.5], 5 * 6);
    expect(decoded('yolox', { output: inPixels })).toEqual([[16, 8, 24, 12, 0.45, 0]]);
  });
  test('a number of rows that no maps have is refused', () => {
    expect(() => decoded('yolox', { output: rows(CELLS + 2, 6, {}) })).toThrow(/outputs-unknown/);
  });
});

test('end-to-end: corners, score, class; rows of zeros are nothing, even at threshold 0', () => {
  const output = rows(20, 6, { 0: [1, 2, 11, 12, 0.9, 3], 1: [5, 5, 9, 9, 0.3, 0] });
  expect(decoded('end-to-end', { output0: output }, { scoreThreshold: 0 })).toEqual([
    [1, 2, 11, 12, 0.9, 3],
    [5, 5, 9, 9, 0.3, 0],
  ]);
  const seven = floats([2, 7], [0, 1, 2, 11, 12, 3, 0.9, 1, 5, 5, 9, 9, 0, 0.9]);
  expect(decoded('end-to-end', { output: seven })).toEqual([[1, 2, 11, 12, 0.9, 3]]);
});

describe('nanodet', () => {
  // Bin 2 alone, by a margin that softmax makes 1: a distance of two strides.
  const bin = (number: number) => Array.from({ length: 8 }, (_, at) => (at === number ? 50 : 0));
  // Half on bin 1, half on bin 2.
  const between = [0, 50, 50, 0, 0, 0, 0, 0];
  test('distances are means of bins, from the middle of the cell; a cell may be of two classes', () => {
    const outputs = {
      c8: rows(32, 3, { 9: [0.1, 0.9, 0.5] }),
      c16: rows(8, 3, {}),
      c32: rows(2, 3, { 1: [0.6, 0, 0] }),
      b8: rows(32, 32, { 9: [...bin(1), ...bin(0), ...between, ...bin(2)] }),
      b16: rows(8, 32, {}),
      b32: rows(2, 32, { 1: [...bin(0), ...bin(0), ...bin(0), ...bin(0)] }),
    };
    expect(decoded('nanodet', outputs)).toEqual([
      [4, 12, 24, 28, 0.9, 1],
      [4, 12, 24, 28, 0.5, 2],
      [48, 16, 48, 16, 0.6, 0],
    ]);
  });
  test('boxes may come before scores', () => {
    const outputs = {
      b: rows(8, 32, { 1: [...bin(1), ...bin(1), ...bin(1), ...bin(1)] }),
      c: rows(8, 3, { 1: [0, 0, 0.5] }),
    };
    expect(decoded('nanodet', outputs)).toEqual([[8, -8, 40, 24, 0.5, 2]]);
  });
  test('nanodet-plus: one row a cell, told from its corner', () => {
    const output = rows(CELLS + 1, 34, { 9: [0.1, 0.9, ...bin(1), ...bin(0), ...between, ...bin(2)] });
    expect(decoded('nanodet-plus', { output })).toEqual([[0, 8, 20, 24, 0.9, 1]]);
  });
});

test('torchvision: corners in input pixels, classes from 1, whatever the outputs are called', () => {
  const boxes = floats([3, 4], [1, 2, 11, 12, 5, 5, 9, 9, 0, 0, 4, 4]);
  const outputs = { a: boxes, b: longs([3], [2, 1, 0]), c: floats([3], [0.9, 0.1, 0.8]) };
  expect(decoded('torchvision', outputs)).toEqual([[1, 2, 11, 12, 0.9, 1]]);
  const named = { scores: outputs.c, labels: outputs.b, boxes };
  expect(decoded('torchvision', named)).toEqual([[1, 2, 11, 12, 0.9, 1]]);
  const none = { boxes: floats([0, 4], []), labels: longs([0], []), scores: floats([0], []) };
  expect(decoded('torchvision', none)).toEqual([]);
});

test('target-sizes: corners, classes from 0, with or without a batch', () => {
  const outputs = {
    labels: longs([1, 2], [0, 7]),
    boxes: floats([1, 2, 4], [1, 2, 11, 12, 5, 5, 9, 9]),
    scores: floats([1, 2], [0.9, 0.3]),
  };
  expect(decoded('target-sizes', outputs)).toEqual([
    [1, 2, 11, 12, 0.9, 0],
    [5, 5, 9, 9, 0.3, 7],
  ]);
});

describe('the DETR family', () => {
  const pred_boxes = floats([1, 2, 4], [0.5, 0.5, 0.25, 0.5, 0.25, 0.25, 0.125, 0.25]);
  test('detr: softmax over all columns, of which the last is nothing', () => {
    const logits = floats([1, 2, 3], [Math.log(3), 0, Math.log(4), 0, 0, Math.log(8)]);
    expect(decoded('detr', { logits, pred_boxes })).toEqual([[24, 8, 40, 24, 0.375, 0]]);
  });
  test('detr-sigmoid: each column by itself', () => {
    const logits = floats([1, 2, 2], [logit(0.1), logit(0.75), logit(0.2), logit(0.1)]);
    expect(decoded('detr-sigmoid', { logits, pred_boxes })).toEqual([[24, 8, 40, 24, 0.75, 1]]);
  });
  test('rf-detr: the last column is not used, though both matrices end in 4', () => {
    const labels = floats([1, 2, 4], [-9, logit(0.75), -9, 9, -9, -9, logit(0.5), 9]);
    expect(decoded('rf-detr', { dets: pred_boxes, labels })).toEqual([
      [24, 8, 40, 24, 0.75, 1],
      [12, 4, 20, 12, 0.5, 2],
    ]);
  });
  test('yolo-detr: centre, size and scores in one row', () => {
    const output = rows(10, 6, { 2: [0.5, 0.5, 0.25, 0.5, 0.1, 0.8] });
    expect(decoded('yolo-detr', { output0: output })).toEqual([[24, 8, 40, 24, 0.8, 1]]);
  });
});

test('mmdetection: corners and score in one row; a label below 0 is none', () => {
  const dets = floats([1, 3, 5], [1, 2, 11, 12, 0.9, 5, 5, 9, 9, 0.2, 1, 1, 2, 2, 0.9]);
  expect(decoded('mmdetection', { dets, labels: longs([1, 3], [4, 1, -1]) })).toEqual([
    [1, 2, 11, 12, 0.9, 4],
  ]);
});

test('tensorflow: top before left, in parts of the input, classes from 1, only as many as it says', () => {
  const outputs = {
    'detection_boxes:0': floats([1, 3, 4], [0.25, 0.5, 0.75, 1, 0, 0, 0.5, 0.5, 0, 0, 1, 1]),
    'detection_classes:0': floats([1, 3], [3, 1, 2]),
    'detection_scores:0': floats([1, 3], [0.9, 0.5, 0.9]),
    'num_detections:0': floats([1], [2]),
  };
  expect(decoded('tensorflow', outputs)).toEqual([
    [32, 8, 64, 24, 0.9, 2],
    [0, 0, 32, 16, 0.5, 0],
  ]);
});

test('ssd: corners in parts of the input; the first column is background', () => {
  const outputs = {
    scores: floats([1, 2, 3], [0.9, 0.1, 0, 0.1, 0.3, 0.6]),
    boxes: floats([1, 2, 4], [0, 0, 1, 1, 0.25, 0.5, 0.5, 1]),
  };
  expect(decoded('ssd', outputs)).toEqual([
    [16, 16, 32, 32, 0.3, 0],
    [16, 16, 32, 32, 0.6, 1],
  ]);
});

test.each([
  ['YOLOv8', turned(rows(CELLS, 6, { 3: [20, 10, 8, 4, 0.3, 0.9] })), [[16, 8, 24, 12, 0.9, 1]]],
  ['YOLOv5', rows(CELLS * 3, 7, { 0: [20, 10, 8, 4, 0.8, 0.1, 0.5] }), [[16, 8, 24, 12, 0.4, 1]]],
  ['YOLOX', rows(CELLS, 7, { 9: [0.5, 0.25, Math.log(2), 0, 0.9, 0.2, 0.5] }), [[4, 6, 20, 14, 0.45, 1]]],
  ['YOLOv10', rows(20, 6, { 0: [1, 2, 11, 12, 0.9, 3] }), [[1, 2, 11, 12, 0.9, 3]]],
])('yolo-by-shape reads %s by what comes', (_, output, expected) => {
  expect(decoded('yolo-by-shape', { output })).toEqual(expected);
});

test.each(DETECTORS.map(({ id }) => id))('%s: outputs of another kind are told by name and shape', (id) => {
  const outputs = { mask: { type: 'uint8', shape: [1, 1, 2, 2], data: new Uint8Array(4) } } as const;
  expect(() => decoded(id, outputs)).toThrow(/outputs-unknown.*mask \[1, 1, 2, 2\]/);
});

test('a box with a corner that is no number is left out', () => {
  const output = rows(20, 6, { 0: [NaN, 2, 11, 12, 0.9, 3] });
  expect(decoded('end-to-end', { output })).toEqual([]);
});

test('no two conventions have one id', () => {
  expect(new Set(DETECTORS.map(({ id }) => id)).size).toBe(DETECTORS.length);
});
