import type { Detection } from '$lib/detectors/detector';
import { pthPipeline } from '$lib/detectors/torch/all';
import { identifyPth } from '$lib/detectors/torch/identify';
import { readPth } from '$lib/detectors/torch/read-pth';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readPng } from '../../../fixtures/png';
import { runGraphs } from '../../../fixtures/run-graphs';
import {
  torchvisionResults,
  trainedPth,
  TORCHVISION_FOLDER,
  type TorchvisionResult,
} from '../../../fixtures/torchvision';

/** KAKOMI_ALL_PICTURES=1: all three pictures with both epsilons, a minute of work; else the one picture that is fastest. */
const isWhole = process.env['KAKOMI_ALL_PICTURES'] === '1';
const RESULTS = torchvisionResults();
const CASES = RESULTS.flatMap((result) => [0, 1e-5].map((epsilon) => ({ result, epsilon }))).slice(
  0,
  isWhole ? undefined : 1,
);
if (!isWhole) console.log('one of six comparisons with torchvision; KAKOMI_ALL_PICTURES=1 runs all');

type Corners = readonly [number, number, number, number];
const corners = ({ x, y, width, height }: Detection): Corners => [x, y, x + width, y + height];
const distance = (one: Corners, other: Corners) =>
  Math.max(...one.map((value, side) => Math.abs(value - other[side]!)));

/**
 * Each of torchvision's detections with the nearest of ours, of the same class and once each: two whose scores are
 * equal but for the last digits may stand in the other order.
 */
function compared(found: readonly Detection[], expected: TorchvisionResult['eps=0']) {
  const left = new Set(found);
  let [worstBox, worstScore] = [0, 0];
  for (const [at, box] of expected.boxes.entries()) {
    const same = [...left].filter(({ classNumber }) => classNumber === expected.labels[at]! - 1);
    const nearest = same.reduce((best, one) =>
      distance(corners(one), box) < distance(corners(best), box) ? one : best,
    );
    left.delete(nearest);
    worstBox = Math.max(worstBox, distance(corners(nearest), box));
    worstScore = Math.max(worstScore, Math.abs(nearest.score - expected.scores[at]!));
  }
  expect(left.size).toBe(0);
  expect([...found]).toEqual([...found].sort((a, b) => b.score - a.score));
  return { worstBox, worstScore };
}

describe('Faster R-CNN from its .pth finds what torchvision finds', () => {
  test.each([0, 1e-5].filter((epsilon) => CASES.some((one) => one.epsilon === epsilon)))(
    'batch-norm epsilon %d',
    async (epsilon) => {
      const file = await trainedPth();
      const state = await readPth(file, 'kvasirdet.pth');
      const identified = identifyPth(state, 'kvasirdet.pth');
      const settings = { ...identified.settings, batchNormEpsilon: epsilon };
      const pipeline = await pthPipeline(state, file, identified, settings);
      const { run, spent, release } = await runGraphs(pipeline, file);
      for (const { result } of CASES.filter((one) => one.epsilon === epsilon)) {
        const pixels = readPng(readFileSync(`${TORCHVISION_FOLDER}/${result.image}`));
        const reported: number[] = [];
        spent.graphsMs = 0;
        const from = performance.now();
        const found = await pipeline.detect(pixels, {
          run,
          settings,
          signal: new AbortController().signal,
          report: (part) => void reported.push(part),
        });
        const wholeMs = performance.now() - from;
        const expected = result[epsilon === 0 ? 'eps=0' : 'eps=1e-05'];
        expect(found).toHaveLength(expected.scores.length);
        const { worstBox, worstScore } = compared(found, expected);
        const glueMs = wholeMs - spent.graphsMs;
        console.log(
          `${result.image} eps ${epsilon}: ${found.length} found, box ${worstBox.toFixed(5)} px, score ${worstScore.toExponential(1)}, ` +
            `${Math.round(wholeMs)} ms, of which glue ${Math.round(glueMs)} ms (${((100 * glueMs) / wholeMs).toFixed(2)} %)`,
        );
        expect(worstScore).toBeLessThan(1e-4);
        expect(worstBox).toBeLessThan(0.005);
        expect(reported).toEqual([...reported].sort((a, b) => a - b));
        expect(reported.at(-1)).toBe(1);
      }
      await release();
    },
    600_000,
  );
});
