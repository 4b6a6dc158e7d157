import type { DetectorSettings } from '$lib/domain/model';
import type { NamedTensors, Tensor } from '../detector';
import type { ClassBoxes } from './best-boxes';
import { applyDeltas, clipBox, type Boxes } from './box-deltas';
import { defaultBoxes, shapesOf, type DefaultLevel } from './default-boxes';
import { topK } from './top-k';
import type { NetworkImage } from './image-tensor';
import { refusal } from './refusal';

/** The head's deltas of the centre are divided by this. */
const CENTRE_DELTA_WEIGHT = 10;
const GROW_WEIGHT = 5;

/** The score of one anchor for one class. */
interface Scored {
  readonly anchors: number[];
  readonly scores: number[];
}

/**
 * Decodes SSD's outputs of each level: `logits<i>` [1, shapes * classes, h, w] and `deltas<i>` [1, shapes * 4, h,
 * w].
 */
export function ssdBoxes(
  outputs: NamedTensors,
  classes: number,
  levels: readonly DefaultLevel[],
  /** At most this many boxes of a class are kept before suppression. */
  maxPerClass: number,
  { image }: NetworkImage,
  { scoreThreshold }: DetectorSettings,
): readonly ClassBoxes[] {
  const found: Scored[] = Array.from({ length: classes }, () => ({ anchors: [], scores: [] }));
  const anchors: Boxes[] = [];
  const deltas: Float32Array[] = [];
  let first = 0;
  for (const [at, level] of levels.entries()) {
    const logits = outputs[`logits${at}`]!;
    const map = { width: logits.shape[3]!, height: logits.shape[2]! };
    addScores(found, logits, classes, first, scoreThreshold);
    anchors.push(defaultBoxes(level, map, image));
    deltas.push(byAnchor(outputs[`deltas${at}`]!, shapesOf(level)));
    first += anchors.at(-1)!.length / 4;
  }
  const from = { boxes: joined(anchors, first * 4), at: 0 };
  const offsets = joined(deltas, first * 4);
  return found.map(({ anchors: own, scores }, classNumber) => {
    if (classNumber === 0) return { boxes: new Float32Array(0), scores: new Float32Array(0) };
    const values = Float32Array.from(scores);
    const chosen = topK(values, maxPerClass);
    const boxes = new Float32Array(chosen.length * 4);
    for (const [at, one] of chosen.entries()) {
      const place = own[one]! * 4;
      const by = (part: number, weight: number) => Math.fround(offsets[place + part]! / weight);
      applyDeltas(
        { boxes: from.boxes, at: place },
        [by(0, CENTRE_DELTA_WEIGHT), by(1, CENTRE_DELTA_WEIGHT), by(2, GROW_WEIGHT), by(3, GROW_WEIGHT)],
        { boxes, at: at * 4 },
      );
      clipBox(boxes, at * 4, image, 0);
    }
    return { boxes, scores: Float32Array.from(chosen, (one) => values[one]!) };
  });
}

/**
 * Applies softmax over the classes of each anchor, and adds each score above the threshold to its class, except the
 * background's.
 */
function addScores(
  found: readonly Scored[],
  logits: Tensor,
  classes: number,
  first: number,
  threshold: number,
): void {
  const values = logits.data as Float32Array;
  const cells = logits.shape[2]! * logits.shape[3]!;
  const shapes = logits.shape[1]! / classes;
  for (let cell = 0; cell < cells; cell += 1) {
    for (let shape = 0; shape < shapes; shape += 1) {
      const from = shape * classes * cells + cell;
      let largest = -Infinity;
      for (let one = 0; one < classes; one += 1) largest = Math.max(largest, values[from + one * cells]!);
      if (Number.isNaN(largest)) throw refusal('outputs-nan');
      let sum = 0;
      for (let one = 0; one < classes; one += 1) sum += Math.exp(values[from + one * cells]! - largest);
      for (let one = 1; one < classes; one += 1) {
        const score = Math.fround(Math.exp(values[from + one * cells]! - largest) / sum);
        if (score <= threshold) continue;
        found[one]!.anchors.push(first + cell * shapes + shape);
        found[one]!.scores.push(score);
      }
    }
  }
}

/** Transposes one plane per number to four numbers per anchor, place by place. */
function byAnchor({ data, shape }: Tensor, shapes: number): Float32Array {
  const planes = data as Float32Array;
  const cells = shape[2]! * shape[3]!;
  const values = new Float32Array(planes.length);
  for (let plane = 0; plane < shapes * 4; plane += 1)
    for (let cell = 0; cell < cells; cell += 1)
      values[(cell * shapes + (plane >> 2)) * 4 + (plane & 3)] = planes[plane * cells + cell]!;
  return values;
}

function joined(parts: readonly Float32Array[], length: number): Float32Array {
  const whole = new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
