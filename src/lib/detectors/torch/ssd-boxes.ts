import type { DetectorSettings } from '$lib/domain/model';
import type { NamedTensors, Tensor } from '../detector';
import type { ClassBoxes } from './best-boxes';
import { applyDeltas, clipBox, type Boxes } from './box-deltas';
import { defaultBoxes, shapesOf, type DefaultLevel } from './default-boxes';
import { highest } from './highest';
import type { NetworkImage } from './image-tensor';
import { refusal } from './refusal';

/** What the head's numbers are divided by. */
const MOVE_WEIGHT = 10;
const GROW_WEIGHT = 5;

/** What one anchor of one class scores. */
interface Scored {
  readonly anchors: number[];
  readonly scores: number[];
}

/** What is read of SSD's outputs: of each level `logits<i>` [1, shapes * classes, h, w] and `deltas<i>` [1, shapes * 4, h, w]. */
export function ssdBoxes(
  outputs: NamedTensors,
  classes: number,
  levels: readonly DefaultLevel[],
  /** The most kept of a class before overlapping ones are dropped. */
  most: number,
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
    const chosen = highest(values, most);
    const boxes = new Float32Array(chosen.length * 4);
    for (const [at, one] of chosen.entries()) {
      const place = own[one]! * 4;
      const by = (part: number, weight: number) => Math.fround(offsets[place + part]! / weight);
      applyDeltas(
        { boxes: from.boxes, at: place },
        [by(0, MOVE_WEIGHT), by(1, MOVE_WEIGHT), by(2, GROW_WEIGHT), by(3, GROW_WEIGHT)],
        { boxes, at: at * 4 },
      );
      clipBox(boxes, at * 4, image, 0);
    }
    return { boxes, scores: Float32Array.from(chosen, (one) => values[one]!) };
  });
}

/** Softmax over the classes of each anchor; what is above the threshold, background apart, is added to its class. */
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
      let most = -Infinity;
      for (let one = 0; one < classes; one += 1) most = Math.max(most, values[from + one * cells]!);
      if (Number.isNaN(most)) throw refusal('outputs-nan');
      let sum = 0;
      for (let one = 0; one < classes; one += 1) sum += Math.exp(values[from + one * cells]! - most);
      for (let one = 1; one < classes; one += 1) {
        const score = Math.fround(Math.exp(values[from + one * cells]! - most) / sum);
        if (score <= threshold) continue;
        found[one]!.anchors.push(first + cell * shapes + shape);
        found[one]!.scores.push(score);
      }
    }
  }
}

/** From one plane a number to four numbers an anchor, place by place. */
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
