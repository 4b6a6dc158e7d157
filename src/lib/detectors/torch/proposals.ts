import type { Size } from '$lib/domain/geometry';
import type { Tensor } from '../detector';
import { ANCHORS_AT_A_PLACE, baseAnchors, placeAnchor } from './anchors';
import { applyDeltas, clipBox, type Boxes } from './box-deltas';
import { highest } from './highest';
import { fallingOrder, suppressBoxes } from './suppress-boxes';

/** torchvision's defaults: kept of each level before boxes are dropped, and of all levels after. */
const BEFORE = 1000;
const AFTER = 1000;
const MAX_OVERLAP = 0.7;
/** In pixels. */
const LEAST_SIDE = 1e-3;

/** What a level of the trunk puts out: [1, 3, h, w] and [1, 12, h, w]. */
export interface LevelOutputs {
  readonly objectness: Tensor;
  readonly deltas: Tensor;
}

/**
 * Where something might be: at most 1000 boxes of all levels, the likeliest first. `image`: the picture as resized,
 * which boxes are clipped to; `padded`: what the network saw.
 */
export function proposals(levels: readonly LevelOutputs[], image: Size, padded: Size): Boxes {
  const kept = levels.map((level, at) => levelProposals(level, at, image, padded));
  const boxes = concatenated(kept.map((level) => level.boxes));
  const order = fallingOrder(concatenated(kept.map((level) => level.scores))).subarray(0, AFTER);
  return rows(boxes, order);
}

function levelProposals({ objectness, deltas }: LevelOutputs, level: number, image: Size, padded: Size) {
  const [height, width] = [objectness.shape[2]!, objectness.shape[3]!];
  const cells = width * height;
  const map = {
    width,
    strideX: Math.floor(padded.width / width),
    strideY: Math.floor(padded.height / height),
  };
  const base = baseAnchors(level);
  const chosen = highest(byPlace(objectness.data as Float32Array, cells), BEFORE);
  const offsets = deltas.data as Float32Array;
  const boxes = new Float32Array(chosen.length * 4);
  const scores = new Float32Array(chosen.length);
  const logits = objectness.data as Float32Array;
  const anchor = { boxes: new Float32Array(4), at: 0 };
  let count = 0;
  for (const number of chosen) {
    const ratio = number % ANCHORS_AT_A_PLACE;
    const cell = (number - ratio) / ANCHORS_AT_A_PLACE;
    const delta = (part: number) => offsets[(ratio * 4 + part) * cells + cell]!;
    placeAnchor(base, number, map, anchor.boxes);
    applyDeltas(anchor, [delta(0), delta(1), delta(2), delta(3)], { boxes, at: count * 4 });
    if (!clipBox(boxes, count * 4, image, LEAST_SIDE)) continue;
    scores[count] = sigmoid(logits[ratio * cells + cell]!);
    count += 1;
  }
  const kept = suppressBoxes(boxes, scores.subarray(0, count), MAX_OVERLAP);
  return { boxes: rows(boxes, kept), scores: Float32Array.from(kept, (box) => scores[box]!) };
}

/** From one plane an anchor to the order in which anchors are counted: place by place. */
function byPlace(planes: Float32Array, cells: number): Float32Array {
  const values = new Float32Array(planes.length);
  for (let ratio = 0; ratio < ANCHORS_AT_A_PLACE; ratio += 1)
    for (let cell = 0; cell < cells; cell += 1)
      values[cell * ANCHORS_AT_A_PLACE + ratio] = planes[ratio * cells + cell]!;
  return values;
}

const sigmoid = (logit: number) => Math.fround(1 / (1 + Math.exp(-logit)));

/** The boxes of those numbers, in that order. */
export function rows(boxes: Boxes, numbers: ArrayLike<number>): Boxes {
  const some = new Float32Array(numbers.length * 4);
  for (let at = 0; at < numbers.length; at += 1)
    some.set(boxes.subarray(numbers[at]! * 4, numbers[at]! * 4 + 4), at * 4);
  return some;
}

function concatenated(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
