import type { Detection } from '$lib/detectors/detector';
import { pthPipeline } from '$lib/detectors/torch/all';
import { identifyPth } from '$lib/detectors/torch/identify';
import { readPth } from '$lib/detectors/torch/read-pth';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readPng } from '../../../fixtures/png';
import { runGraphs } from '../../../fixtures/run-graphs';
import { TORCHVISION_FOLDER } from '../../../fixtures/torchvision';
import {
  generatedPth,
  MORE_MODELS,
  moreReference,
  type MoreResult,
} from '../../../fixtures/torchvision-more';

/** KAKOMI_ALL_PICTURES=1: also at the size that torchvision has by itself, which takes a minute for some. */
const isWhole = process.env['KAKOMI_ALL_PICTURES'] === '1';
if (!isWhole)
  console.log('small pictures only; KAKOMI_ALL_PICTURES=1 runs one as large as torchvision has it');

/** In pixels. */
const SAME = 0.01;

type Corners = readonly [number, number, number, number];
const corners = ({ x, y, width, height }: Detection): Corners => [x, y, x + width, y + height];

/** 1 for boxes that are the same, also where they have no area: at the picture's edge torchvision keeps such. */
function overlap(one: Corners, other: Corners): number {
  if (one.every((side, at) => Math.abs(side - other[at]!) < SAME)) return 1;
  const width = Math.max(0, Math.min(one[2], other[2]) - Math.max(one[0], other[0]));
  const height = Math.max(0, Math.min(one[3], other[3]) - Math.max(one[1], other[1]));
  const area = ([left, top, right, bottom]: Corners) => (right - left) * (bottom - top);
  return (width * height) / (area(one) + area(other) - width * height) || 0;
}

/** Each of torchvision's boxes with ours of the same class that overlaps it best, once each; the background is none. */
function compared(found: readonly Detection[], { boxes, scores, labels }: MoreResult) {
  const left = new Set(found);
  let [leastOverlap, worstScore, count] = [1, 0, 0];
  for (const [at, box] of boxes.entries()) {
    if (labels[at] === 0) continue;
    count += 1;
    const same = [...left].filter(({ classNumber }) => classNumber === labels[at]! - 1);
    expect(same.length, `box ${at} of ${boxes.length}`).toBeGreaterThan(0);
    const best = same.reduce((a, b) => (overlap(corners(b), box) > overlap(corners(a), box) ? b : a));
    left.delete(best);
    leastOverlap = Math.min(leastOverlap, overlap(corners(best), box));
    worstScore = Math.max(worstScore, Math.abs(best.score - scores[at]!));
  }
  expect(found).toHaveLength(count);
  return { leastOverlap, worstScore, count };
}

describe.each(MORE_MODELS)('%s finds what torchvision finds', (model) => {
  test('in three pictures', async () => {
    const { tensors, results } = moreReference(model);
    const file = generatedPth(tensors);
    const state = await readPth(file, `${model}.pth`);
    const identified = identifyPth(state, `${model}.pth`);
    // Only who made it knows that it is the smaller of two alike.
    const isSmall = model.includes('320_fpn');
    const own = isSmall ? { convention: 'fasterrcnn-mobilenet-v3-large-320-fpn' } : {};
    const usual = { ...identified.settings, ...own };
    const pipeline = await pthPipeline(state, file, identified, usual);
    const { run, spent, release } = await runGraphs(pipeline, file);
    const cases = results.filter(({ shortSide }, at) => at < 3 || isWhole || shortSide !== null);
    for (const result of cases) {
      const settings = { ...usual, shortSide: result.shortSide };
      const pixels = readPng(readFileSync(`${TORCHVISION_FOLDER}/${result.image}`));
      const { signal } = new AbortController();
      spent.graphsMs = 0;
      const from = performance.now();
      const found = await pipeline.detect(pixels, { run, settings, signal, report: () => undefined });
      const wholeMs = performance.now() - from;
      const { leastOverlap, worstScore, count } = compared(found, result);
      const glueMs = wholeMs - spent.graphsMs;
      console.log(
        `${model} ${result.image} ${result.shortSide ?? 'native'}: ${count} found, overlap ${leastOverlap.toFixed(4)}, ` +
          `score ${worstScore.toExponential(1)}, ${Math.round(wholeMs)} ms, of which glue ${glueMs.toFixed(1)} ms ` +
          `(${((100 * glueMs) / wholeMs).toFixed(2)} %)`,
      );
      expect(count).toBeGreaterThan(5);
      expect(worstScore).toBeLessThan(1e-3);
      expect(leastOverlap).toBeGreaterThan(0.99);
    }
    await release();
  }, 1_200_000);
});
