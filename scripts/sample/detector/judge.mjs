import jpeg from 'jpeg-js';
import * as ort from 'onnxruntime-web';
import { readFileSync } from 'node:fs';
import { drawPicture } from '../draw.mjs';
import { averagePrecision } from './average-precision.mjs';
import { HEALTHY_EVERY, UNSEEN } from './seeds.mjs';

/**
 * Prints, while it goes on, how well the sample's detector finds the bumps in 200 drawn pictures that it never saw, as JPEG at the sample's
 * own quality: `node scripts/sample/detector/judge.mjs`. Some minutes, most of it drawing.
 */
const FILE = 'static/sample/detector.onnx';
const QUALITY = 82;

ort.env.wasm.numThreads = 1;
const session = await ort.InferenceSession.create(new Uint8Array(readFileSync(FILE)), {
  executionProviders: ['wasm'],
});
/** @type {{ truth: number[][], found: { score: number, box: number[] }[] }[]} */
const pictures = [];
let spentMs = 0;
for (let at = 0; at < UNSEEN.count; at += 1) {
  const { width, height, pixels, polyps } = drawPicture(UNSEEN.first + at, {
    healthy: at % HEALTHY_EVERY === 0,
  });
  const { data } = jpeg.decode(
    jpeg.encode({ width, height, data: Buffer.from(pixels.buffer) }, QUALITY).data,
  );
  const from = performance.now();
  const { boxes, scores } = await session.run({ image: tensorOf(data, width, height) });
  spentMs += performance.now() - from;
  const [corners, certain] = [boxes, scores].map((tensor) => /** @type {Float32Array} */ (tensor?.data));
  if (!corners || !certain) throw new Error('no boxes, or no scores');
  pictures.push({
    truth: polyps.map(({ x, y, width: across, height: down }) => [x, y, x + across, y + down]),
    found: [...certain].map((score, box) => ({ score, box: [...corners.subarray(box * 4, box * 4 + 4)] })),
  });
  if (pictures.length % 20 === 0) tell();
}

function tell() {
  const bumps = pictures.reduce((sum, { truth }) => sum + truth.length, 0);
  const [at50, at75] = [0.5, 0.75].map((overlap) => averagePrecision(pictures, overlap).toFixed(3));
  const each = (spentMs / pictures.length).toFixed(1);
  console.log(
    `AP50 ${at50}, AP75 ${at75}: ${bumps} bumps in ${pictures.length} unseen pictures, ${each} ms each`,
  );
}

/** [3, height, width], 0..1. */
function tensorOf(/** @type {Uint8Array} */ rgba, /** @type {number} */ width, /** @type {number} */ height) {
  const plane = width * height;
  const values = new Float32Array(3 * plane);
  for (let channel = 0; channel < 3; channel += 1)
    for (let at = 0; at < plane; at += 1)
      values[channel * plane + at] = /** @type {number} */ (rgba[at * 4 + channel]) / 255;
  return new ort.Tensor('float32', values, [3, height, width]);
}
