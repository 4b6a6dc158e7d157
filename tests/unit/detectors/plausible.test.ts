import { describe, expect, test } from 'vitest';
import { onnxPipeline } from '$lib/detectors/all';
import { USUAL } from '$lib/detectors/convention';
import type { NamedTensors, Pixels, Tensor } from '$lib/detectors/detector';
import { cellsOf, THREE_MAPS } from '$lib/detectors/grids';
import { seeded } from '../../fixtures/seeded';

/** 64 x 64 at strides 8, 16 and 32: 64 + 16 + 4 places. */
const SIDE = 64;
const PLACES = 84;
const PIXELS: Pixels = { width: SIDE, height: SIDE, rgba: new Uint8ClampedArray(SIDE * SIDE * 4).fill(90) };

const floats = (shape: readonly number[], valueAt: (at: number) => number): Tensor => ({
  type: 'float32',
  shape,
  data: Float32Array.from({ length: shape.reduce((all, side) => all * side, 1) }, (_, at) => valueAt(at)),
});

/** Runs a network that always gives these outputs, as it is tried on a picture or as it is run over many. */
function ran(convention: string, outputs: NamedTensors, isTrial = true) {
  const input = { name: 'images', type: 'float32', shape: [1, 3, SIDE, SIDE] } as const;
  const settings = { ...USUAL, convention, inputSize: { width: SIDE, height: SIDE } };
  return onnxPipeline({ classCount: null }, { inputs: [input], externalFiles: [] }, settings).detect(PIXELS, {
    run: () => Promise.resolve(outputs),
    settings,
    isTrial,
    signal: new AbortController().signal,
    report: () => undefined,
  });
}

const CELLS = cellsOf({ width: SIDE, height: SIDE }, THREE_MAPS);
/** `[1, 4 + classes, PLACES]` of a network that works: boxes about their cells, scores near 0 but for one. */
function yolo(classes: number, scoreAt = (place: number) => (place === 40 ? 0.9 : 0.001 + place / 1e6)) {
  const random = seeded(7);
  const rows = [
    ...Array.from(CELLS.columns, (column, at) => (column + random(1)) * CELLS.strides[at]!),
    ...Array.from(CELLS.rows, (row, at) => (row + random(1)) * CELLS.strides[at]!),
    ...Array.from(CELLS.strides, (stride) => stride * (0.5 + random(1))),
    ...Array.from(CELLS.strides, (stride) => stride * (0.5 + random(1))),
    ...Array.from({ length: classes * PLACES }, (_, at) => scoreAt(at % PLACES)),
  ];
  return floats([1, 4 + classes, PLACES], (at) => rows[at]!);
}

test('a network that works passes', async () => {
  expect(await ran('yolo-v8', { output0: yolo(3) })).toHaveLength(1);
});

describe('refused by name when it is tried', () => {
  const random = seeded(3);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random(1))) * Math.cos(2 * Math.PI * random(1));
  test.each<[string, string, NamedTensors, string]>([
    [
      'raw deltas of an SSD',
      'ssd',
      {
        scores: floats([1, PLACES, 3], (at) => (at % 3 === 0 ? 0.9 : random(1) * 0.1)),
        boxes: floats([1, PLACES, 4], normal),
      },
      'boxes-unordered',
    ],
    ['any matrix as YOLO', 'yolo-v8', { output0: floats([1, 84, PLACES], normal) }, 'boxes-unordered'],
    [
      'numbers of 0..1',
      'yolo-v8',
      { output0: floats([1, 12, PLACES], () => random(1)) },
      'scores-everywhere',
    ],
    [
      'what rectified units give',
      'yolo-v8',
      { output0: floats([1, 12, PLACES], () => 4 * random(1)) },
      'scores-everywhere',
    ],
    ['a ramp', 'yolo-v8', { output0: floats([1, 12, PLACES], (at) => at) }, 'boxes-outside'],
    [
      'boxes all over a much larger picture',
      'yolo-v8',
      { output0: floats([1, 5, PLACES], (at) => (at < 4 * PLACES ? 9000 + at : 0.01 + at / 1e5)) },
      'boxes-outside',
    ],
    [
      'boxes that are all at one place',
      'yolo-v8',
      { output0: floats([1, 5, PLACES], (at) => (at < 4 * PLACES ? 30 : 0.05 + at / 1e4)) },
      'boxes-constant',
    ],
    ['a quantised model whose every score is 0', 'yolo-v8', { output0: yolo(3, () => 0) }, 'scores-zero'],
    ['scores that are all the same', 'yolo-v8', { output0: yolo(3, () => 0.25) }, 'scores-constant'],
    [
      'chosen boxes whose every score is 0',
      'end-to-end',
      { output0: floats([1, 20, 6], (at) => [3, 4, 30, 40, 0, 2][at % 6]!) },
      'scores-zero',
    ],
    [
      'scores above 1',
      'torchvision',
      {
        boxes: floats([2, 4], (at) => [1, 2, 30, 40][at % 4]!),
        labels: floats([2], () => 1),
        scores: floats([2], () => 87),
      },
      'scores-outside',
    ],
    [
      'classes that are no whole numbers',
      'end-to-end',
      { output0: floats([1, 20, 6], (at) => [3, 4, 30, 40, 0.8, 2.37][at % 6]!) },
      'outputs-unknown',
    ],
  ])('%s', async (_, convention, outputs, reason) => {
    await expect(ran(convention, outputs)).rejects.toMatchObject({ about: { reason } });
    await expect(ran(convention, outputs)).rejects.toMatchObject({ code: 'model-unsupported' });
  });

  test('the refusal names how the outputs were read', async () => {
    const outputs = { output0: floats([1, 84, PLACES], normal) };
    await expect(ran('yolo-v8', outputs)).rejects.toMatchObject({ about: { name: 'YOLOv8, YOLO11' } });
  });
});

test('over many pictures a quiet one is no failure', async () => {
  expect(await ran('yolo-v8', { output0: yolo(3, () => 0) }, false)).toEqual([]);
});

test('a network that chooses its boxes may find nothing', async () => {
  expect(await ran('end-to-end', { output0: floats([1, 20, 6], () => 0) })).toEqual([]);
});

test('where the shape shows only when it runs, what it turns out to be is judged', async () => {
  expect(await ran('yolo-by-shape', { output0: floats([1, 20, 6], () => 0) })).toEqual([]);
  const random = seeded(5);
  const matrix = { output0: floats([1, 12, PLACES], () => random(1)) };
  await expect(ran('yolo-by-shape', matrix)).rejects.toMatchObject({
    about: { reason: 'scores-everywhere', name: 'YOLOv8, YOLO11' },
  });
});

test('places that say nothing at all are passed over', async () => {
  const [one, two] = [5, 60];
  const outputs = {
    output0: floats([1, 5, PLACES], (at) => {
      const [row, place] = [Math.floor(at / PLACES), at % PLACES];
      return place === one ? [20, 20, 10, 10, 0.9][row]! : place === two ? [40, 40, 8, 8, 0.8][row]! : 0;
    }),
  };
  expect(await ran('yolo-v8', outputs)).toHaveLength(2);
});
