import type { Size } from '$lib/domain/geometry';
import type { DetectorSettings } from '$lib/domain/model';
import type { Detection, Tensor } from '../detector';
import { bestBoxes, type ClassBoxes, type Sizes } from './best-boxes';
import { applyDeltas, clipBox, type Boxes } from './box-deltas';
import { refusal } from './refusal';

/** The head's deltas of the centre are divided by this. */
const CENTRE_DELTA_WEIGHT = 10;
const GROW_WEIGHT = 5;
/** The unit is pixels. */
const MIN_SIDE = 1e-2;

export interface HeadOutputs {
  /** Shape [N, classes]; the first class is the background. */
  readonly logits: Tensor;
  /** Shape [N, 4 * classes]. */
  readonly deltas: Tensor;
}

/**
 * Decodes the head's outputs to detections in pixels of the picture: `image` is the picture's size after resizing,
 * `picture` its original size. `rank` holds each row's index among the proposals, which orders equal scores.
 */
export function boxDetections(
  { logits, deltas }: HeadOutputs,
  proposed: Boxes,
  rank: readonly number[],
  sizes: Sizes,
  settings: Pick<DetectorSettings, 'scoreThreshold' | 'iouThreshold' | 'maxDetections'>,
): readonly Detection[] {
  const classes = logits.shape[1]!;
  const scores = probabilities(logits.data as Float32Array, classes);
  const rowOf = Uint32Array.from(rank.keys()).sort((a, b) => rank[a]! - rank[b]!);
  const found: ClassBoxes[] = [];
  for (let one = 1; one < classes; one += 1) {
    const candidates = ofClass(one, scores, deltas, proposed, rowOf, sizes.image, settings.scoreThreshold);
    found.push(candidates);
  }
  return bestBoxes(found, sizes, settings);
}

/** The candidate boxes of one class; each class has its own deltas for each proposal. */
function ofClass(
  one: number,
  scores: Float32Array,
  deltas: Tensor,
  proposed: Boxes,
  rowOf: Uint32Array,
  image: Size,
  threshold: number,
): ClassBoxes {
  const classes = deltas.shape[1]! / 4;
  const chosen = rowOf.filter((row) => scores[row * classes + one]! > threshold);
  const offsets = deltas.data as Float32Array;
  const boxes = new Float32Array(chosen.length * 4);
  const own = new Float32Array(chosen.length);
  const { fround } = Math;
  let count = 0;
  for (const row of chosen) {
    const at = (row * classes + one) * 4;
    const move = (part: number) => fround(offsets[at + part]! / CENTRE_DELTA_WEIGHT);
    const grow = (part: number) => fround(offsets[at + part]! / GROW_WEIGHT);
    applyDeltas({ boxes: proposed, at: row * 4 }, [move(0), move(1), grow(2), grow(3)], {
      boxes,
      at: count * 4,
    });
    if (!clipBox(boxes, count * 4, image, MIN_SIDE)) continue;
    own[count] = scores[row * classes + one]!;
    count += 1;
  }
  return { boxes: boxes.subarray(0, count * 4), scores: own.subarray(0, count) };
}

/** The softmax of each row. */
function probabilities(logits: Float32Array, classes: number): Float32Array {
  const result = new Float32Array(logits.length);
  for (let from = 0; from < logits.length; from += classes) {
    const row = logits.subarray(from, from + classes);
    let most = -Infinity;
    for (const logit of row) {
      if (Number.isNaN(logit)) throw refusal('outputs-nan');
      most = Math.max(most, logit);
    }
    let sum = 0;
    for (const logit of row) sum += Math.exp(logit - most);
    for (let at = 0; at < classes; at += 1) result[from + at] = Math.exp(row[at]! - most) / sum;
  }
  return result;
}
