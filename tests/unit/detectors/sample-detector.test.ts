import { onnxPipeline } from '$lib/detectors/all';
import { identifyOnnx } from '$lib/detectors/identify';
import { readSignature } from '$lib/detectors/onnx/read';
import { nameClasses, proposeLabels } from '$lib/domain/class-mapping';
import jpeg from 'jpeg-js';
import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { averagePrecision } from '../../../scripts/sample/detector/average-precision.mjs';
import { aLabel } from '../../fixtures/builders';
import { runGraphs } from '../../fixtures/run-graphs';

const FOLDER = 'static/sample';
const FILE = `${FOLDER}/detector.onnx`;

interface Truth {
  readonly images: readonly { readonly id: number; readonly file_name: string }[];
  readonly annotations: readonly { readonly image_id: number; readonly bbox: readonly number[] }[];
}
const truth = JSON.parse(readFileSync(`${FOLDER}/truth.json`, 'utf8')) as Truth;

test('the sample’s detector is small, and leaves nothing to ask', async () => {
  expect(statSync(FILE).size).toBeLessThan(2 * 1024 * 1024);
  const identified = identifyOnnx(
    await readSignature(new Blob([readFileSync(FILE)])),
    'sample-detector.onnx',
  );
  expect(identified).toMatchObject({
    kind: 'onnx',
    knownBy: 'names',
    warnings: [],
    externalFiles: [],
    settings: { convention: 'torchvision' },
  });
  const label = aLabel({ name: 'polyp' });
  const names = nameClasses(identified, [label]);
  expect(names).toEqual(['polyp']);
  expect(proposeLabels(names, [label])).toEqual([label.id]);
});

test('it finds what is drawn in the sample’s own pictures, as the app runs it', async () => {
  const file = new Blob([readFileSync(FILE)]);
  const signature = await readSignature(file);
  const identified = identifyOnnx(signature, 'sample-detector.onnx');
  const { settings } = identified;
  const pipeline = onnxPipeline(identified, signature, settings);
  const { run, release } = await runGraphs(pipeline, file, 1);
  const { signal } = new AbortController();
  const pictures = [];
  for (const { id, file_name } of truth.images) {
    const { width, height, data } = jpeg.decode(readFileSync(`${FOLDER}/pictures/${file_name}`), {
      useTArray: true,
    });
    const rgba = new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength);
    const found = await pipeline.detect(
      { width, height, rgba },
      { run, settings, signal, report: () => undefined },
    );
    pictures.push({
      truth: truth.annotations
        .filter(({ image_id }) => image_id === id)
        .map(({ bbox: [x = 0, y = 0, across = 0, down = 0] }) => [x, y, x + across, y + down]),
      found: found.map(({ score, ...box }) => ({
        score,
        box: [box.x, box.y, box.x + box.width, box.y + box.height],
      })),
    });
  }
  await release();
  const precision = averagePrecision(pictures, 0.5);
  console.log(`AP50 ${precision.toFixed(3)} in the sample's ${pictures.length} pictures`);
  expect(precision).toBeGreaterThan(0.8);
}, 60_000);

test('average precision, worked by hand', () => {
  const box = (x: number) => [x, 0, x + 10, 10];
  // Found by falling score: right, wrong, right of two true boxes. Precision 1, 1/2, 2/3; recall 1/2, 1/2, 1.
  // Up to recall 0.50 (51 places) precision is 1, up to 1 (50 places) it is 2/3.
  const found = [
    { score: 0.9, box: box(0) },
    { score: 0.8, box: box(300) },
    { score: 0.7, box: box(100) },
  ];
  expect(averagePrecision([{ truth: [box(0), box(100)], found }], 0.5)).toBeCloseTo(
    (51 + (50 * 2) / 3) / 101,
    10,
  );
  // A second box on what is found already is wrong.
  const twice = [
    { score: 0.9, box: box(0) },
    { score: 0.8, box: box(0) },
  ];
  expect(averagePrecision([{ truth: [box(0)], found: twice }], 0.5)).toBe(1);
  expect(averagePrecision([{ truth: [box(0), box(100)], found: [] }], 0.5)).toBe(0);
});
