import type { Size } from '$lib/domain/geometry';
import type { Tensor } from '../detector';
import { baseAnchors, levelMap, placeAnchor } from './anchors';
import { applyDeltas, clipBox, type Boxes } from './box-deltas';
import { topK } from './top-k';
import { descendingOrder, suppressBoxes } from './suppress-boxes';

/** The parameters of region proposals that differ between torchvision's detectors. */
export interface ProposalRules {
  /** The sides of each level's square anchors, in pixels of the network's image. */
  readonly sides: readonly (readonly number[])[];
  /** At most this many boxes per level are kept before suppression. */
  readonly before: number;
  /** At most this many boxes are kept after suppression, over all levels. */
  readonly after: number;
  /** In 0..1. */
  readonly scoreThreshold: number;
}

/** torchvision's defaults, for five levels. */
export const USUAL_PROPOSALS: ProposalRules = {
  sides: [[32], [64], [128], [256], [512]],
  before: 1000,
  after: 1000,
  scoreThreshold: 0,
};

const MAX_OVERLAP = 0.7;
/** In pixels. */
const MIN_SIDE = 1e-3;

/** The trunk's outputs for a level: [1, anchors, h, w] and [1, 4 * anchors, h, w]. */
export interface LevelOutputs {
  readonly objectness: Tensor;
  readonly deltas: Tensor;
}

/**
 * The region proposals of all levels, by descending score. `image` is the size of the resized picture, to which
 * boxes are clipped; `padded` is the size of the network's image.
 */
export function proposals(
  levels: readonly LevelOutputs[],
  image: Size,
  padded: Size,
  rules: ProposalRules = USUAL_PROPOSALS,
): Boxes {
  const kept = levels.map((level, at) => levelProposals(level, rules.sides[at]!, rules, image, padded));
  const boxes = concatenated(kept.map((level) => level.boxes));
  const order = descendingOrder(concatenated(kept.map((level) => level.scores))).subarray(0, rules.after);
  return rows(boxes, order);
}

function levelProposals(
  { objectness, deltas }: LevelOutputs,
  sides: readonly number[],
  { before, scoreThreshold }: ProposalRules,
  image: Size,
  padded: Size,
) {
  const map = levelMap(objectness, padded);
  const cells = map.width * map.height;
  const base = baseAnchors(sides);
  const shapes = base.length / 4;
  const chosen = topK(byPlace(objectness.data as Float32Array, cells), before);
  const offsets = deltas.data as Float32Array;
  const boxes = new Float32Array(chosen.length * 4);
  const scores = new Float32Array(chosen.length);
  const logits = objectness.data as Float32Array;
  const anchor = { boxes: new Float32Array(4), at: 0 };
  let count = 0;
  for (const number of chosen) {
    const shape = number % shapes;
    const cell = (number - shape) / shapes;
    const delta = (part: number) => offsets[(shape * 4 + part) * cells + cell]!;
    placeAnchor(base, number, map, anchor.boxes);
    applyDeltas(anchor, [delta(0), delta(1), delta(2), delta(3)], { boxes, at: count * 4 });
    if (!clipBox(boxes, count * 4, image, MIN_SIDE)) continue;
    scores[count] = sigmoid(logits[shape * cells + cell]!);
    if (scores[count]! >= scoreThreshold) count += 1;
  }
  const kept = suppressBoxes(boxes, scores.subarray(0, count), MAX_OVERLAP);
  return { boxes: rows(boxes, kept), scores: Float32Array.from(kept, (box) => scores[box]!) };
}

/** Reused by every call, because allocating as much memory costs more than filling it. */
let ordered = new Float32Array(0);

/**
 * Transposes one plane per anchor to the order of anchors: place by place. The result is valid until the next call.
 */
function byPlace(planes: Float32Array, cells: number): Float32Array {
  if (ordered.length < planes.length) ordered = new Float32Array(planes.length);
  const values = ordered.subarray(0, planes.length);
  const shapes = planes.length / cells;
  for (let shape = 0; shape < shapes; shape += 1)
    for (let cell = 0; cell < cells; cell += 1) values[cell * shapes + shape] = planes[shape * cells + cell]!;
  return values;
}

const sigmoid = (logit: number) => Math.fround(1 / (1 + Math.exp(-logit)));

/** The boxes with these indices, in this order. */
export function rows(boxes: Boxes, numbers: ArrayLike<number>): Boxes {
  const some = new Float32Array(numbers.length * 4);
  for (let at = 0; at < numbers.length; at += 1) {
    const [from, to] = [numbers[at]! * 4, at * 4];
    some[to] = boxes[from]!;
    some[to + 1] = boxes[from + 1]!;
    some[to + 2] = boxes[from + 2]!;
    some[to + 3] = boxes[from + 3]!;
  }
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
