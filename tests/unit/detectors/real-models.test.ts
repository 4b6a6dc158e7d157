import { readFileSync } from 'node:fs';
import jpeg from 'jpeg-js';
import * as ort from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import { onnxPipeline } from '$lib/detectors/all';
import type { Detection, Pixels, RunGraph, Tensor } from '$lib/detectors/detector';
import { identifyOnnx } from '$lib/detectors/identify';
import { readSignature } from '$lib/detectors/onnx/read';
import type { DetectorSettings } from '$lib/domain/model';
import { readPng } from '../../fixtures/png';
import { hasShared, shared } from '../../fixtures/shared';

const FOLDER = shared('models');
const PHOTOS = shared('photos');

interface Expected {
  readonly label: string;
  readonly class_id: number;
  readonly score: number;
  readonly bbox_xywh: readonly [number, number, number, number];
}
const expected = (
  hasShared ? JSON.parse(readFileSync(`${FOLDER}/expected_detections.json`, 'utf8')) : {}
) as Record<string, Record<string, { readonly detections: readonly Expected[] }>>;

function pixelsOf(photo: string): Pixels {
  const bytes = readFileSync(`${PHOTOS}/${photo}`);
  if (photo.endsWith('.png')) return readPng(bytes);
  const { width, height, data } = jpeg.decode(bytes, { useTArray: true });
  return { width, height, rgba: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength) };
}

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';
const options = { executionProviders: ['wasm'], logSeverityLevel: 3 } as const;

async function open(name: string) {
  const bytes = readFileSync(`${FOLDER}/${name}`);
  const signature = await readSignature(new Blob([bytes]));
  const identified = identifyOnnx(signature, name);
  const session = await ort.InferenceSession.create(bytes, options);
  const run: RunGraph = async (_, inputs) => {
    const given = Object.entries(inputs).map(
      ([input, { type, data, shape }]) =>
        [input, new ort.Tensor(type as 'float32', data as Float32Array, shape)] as const,
    );
    const outputs = await session.run(Object.fromEntries(given));
    return Object.fromEntries(
      session.outputNames.map((output) => {
        const { type, dims, data } = outputs[output]!;
        return [output, { type, shape: dims, data } as Tensor];
      }),
    );
  };
  const detect = (photo: string, overruled: Partial<DetectorSettings>) => {
    const settings = { ...identified.settings, ...overruled };
    return onnxPipeline(identified, signature, settings).detect(pixelsOf(photo), {
      run,
      settings,
      isTrial: true,
      signal: new AbortController().signal,
      report: () => undefined,
    });
  };
  return { identified, detect };
}

function overlap(found: Detection, [x, y, width, height]: Expected['bbox_xywh']): number {
  const across = Math.min(found.x + found.width, x + width) - Math.max(found.x, x);
  const down = Math.min(found.y + found.height, y + height) - Math.max(found.y, y);
  const common = Math.max(0, across) * Math.max(0, down);
  return common / (found.width * found.height + width * height - common);
}

/** Resampling differs between image libraries: so much may a score differ. */
const SLACK = 0.1;

const MODELS = [
  ['yolox_nano_416.onnx', 'yolox', 'names', 0.3],
  ['nanodet_m_416.onnx', 'nanodet', 'shapes', 0.35],
  ['yolo11n_int8_320.onnx', 'yolo-v8', 'metadata', 0.3],
  ['deimv2_atto_int8_320.onnx', 'target-sizes', 'names', 0.3],
] as const;

describe.skipIf(!hasShared).each(MODELS)('%s', (name, convention, knownBy, scoreThreshold) => {
  test('is recognised, and finds what it should find in every photo', async () => {
    const { identified, detect } = await open(name);
    expect(identified).toMatchObject({ knownBy, settings: { convention } });
    const photos = Object.entries(expected[name]!);
    expect(photos).toHaveLength(4);
    for (const [photo, { detections }] of photos) {
      const found = await detect(photo, { scoreThreshold: scoreThreshold - SLACK, iouThreshold: 0.5 });
      const isHit = (one: Detection, { class_id: classNumber, score, bbox_xywh: box }: Expected) =>
        one.classNumber === classNumber && overlap(one, box) >= 0.8 && Math.abs(one.score - score) <= SLACK;
      for (const wanted of detections)
        expect(
          found.some((one) => isHit(one, wanted)),
          `${wanted.label} in ${photo}`,
        ).toBe(true);
      // Nothing else is found that no difference in resampling could have brought above the threshold.
      for (const one of found.filter(({ score }) => score >= scoreThreshold + SLACK))
        expect(
          detections.some((wanted) => isHit(one, wanted)),
          `more in ${photo}`,
        ).toBe(true);
    }
  });
});

test.skipIf(!hasShared)('the broken model reads as a detector and is refused when it is opened', async () => {
  const name = 'broken/yolov10n_int8_shape_conflict.onnx';
  const bytes = readFileSync(`${FOLDER}/${name}`);
  const identified = identifyOnnx(await readSignature(new Blob([bytes])), name);
  expect(identified).toMatchObject({ knownBy: 'metadata', settings: { convention: 'end-to-end' } });
  await expect(ort.InferenceSession.create(bytes, options)).rejects.toThrow(/ShapeInferenceError|shape/i);
});
