import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { ModelRefusal } from '$lib/domain/model-refusal';
import type { Candidates } from './candidates';
import type { Convention } from './convention';

/**
 * [Note: Plausible]
 * Outputs decoded by the wrong convention still come out as boxes. When a person tries a model on
 * a picture, all candidates (at a score threshold of 0) must therefore look like detections: their corners are in
 * order, most centres lie inside the input, and scores lie within 0..1 and are neither all 0 nor all equal. A
 * network that answers for every place must also have boxes all over its input, and high scores at few places only.
 * Candidates with a score of 0 are ignored. These rules hold for many boxes together: a batch run does not use
 * them, because a picture with nothing on it is no failure.
 */
export function checkPlausible(found: Candidates, input: Size, { name, answers }: Convention): void {
  const refuse = (reason: Reason): never => {
    throw new AppError('model-unsupported', { reason, name });
  };
  const scored = placesWithScore(found);
  if (scored.length === 0) {
    if (answers !== 'chosen' || hasBox(found)) refuse('scores-zero');
    return;
  }
  const { scores } = found;
  if (share(scored, (at) => scores[at]! > 1 + SLACK) > 0) refuse('scores-outside');
  const strongest = [...scored].sort((a, b) => scores[b]! - scores[a]!).slice(0, STRONGEST);
  if (share(scored, (at) => !isOrdered(found, at)) > MAX_WRONG || !isMostly(strongest, found, isOrdered))
    refuse('boxes-unordered');
  const isInside = (_: Candidates, at: number) => liesInside(found, at, input);
  if (share(scored, (at) => !isInside(found, at)) > MAX_WRONG || !isMostly(strongest, found, isInside))
    refuse('boxes-outside');
  if (scored.length < MIN_BOXES) return;
  if (answers !== 'chosen' && scored.every((at) => scores[at] === scores[scored[0]!]))
    refuse('scores-constant');
  const high = share(scored, (at) => scores[at]! > HIGH_SCORE);
  if (answers !== 'chosen' && high > MAX_HIGH[answers]) refuse('scores-everywhere');
  if (answers === 'chosen' || !hasManyDistinct(found, scored)) return;
  if (!isSpread(found, scored, input, answers === 'every-place' ? MIN_SPREAD : 0)) refuse('boxes-constant');
}

type Reason = Extract<ModelRefusal, `boxes-${string}` | `scores-${string}`>;

/** Rounding of small number types brings a score above 1 by at most this. */
const SLACK = 0.02;
/** The strongest boxes are checked by themselves too, because they are the ones that people see. */
const STRONGEST = 50;
/** The greatest fraction of boxes that may be wrong. */
const MAX_WRONG = 0.25;
const MAX_WRONG_STRONGEST = 0.1;
/** Fewer boxes than this do not show how boxes are spread. */
const MIN_BOXES = 20;
const HIGH_SCORE = 0.5;
/** The greatest fraction of all places or queries that may have a high score, however crowded the picture is. */
const MAX_HIGH = { 'every-place': 0.3, queries: 0.9 } as const;
/**
 * The least standard deviation of the centres, as a fraction of the input's side; evenly spread centres have 0.29.
 */
const MIN_SPREAD = 0.08;

function placesWithScore({ count, scores }: Candidates): readonly number[] {
  const places: number[] = [];
  for (let at = 0; at < count; at += 1) if (scores[at]! > 0) places.push(at);
  return places;
}

/** Whether any box is not all zeros. */
const hasBox = ({ count, boxes }: Candidates): boolean =>
  boxes.subarray(0, count * 4).some((side) => side !== 0);

/** Whether enough boxes differ from each other; padding with one box and score shows nothing. */
function hasManyDistinct({ boxes, scores }: Candidates, places: readonly number[]): boolean {
  const seen = new Set<string>();
  for (const at of places) {
    seen.add(`${boxes.subarray(at * 4, at * 4 + 4).join()},${scores[at]}`);
    if (seen.size >= MIN_BOXES) return true;
  }
  return false;
}

function share(places: readonly number[], is: (at: number) => boolean): number {
  let count = 0;
  for (const at of places) if (is(at)) count += 1;
  return count / places.length;
}

const isMostly = (
  places: readonly number[],
  found: Candidates,
  is: (found: Candidates, at: number) => boolean,
): boolean => share(places, (at) => !is(found, at)) <= MAX_WRONG_STRONGEST;

const isOrdered = ({ boxes }: Candidates, at: number): boolean =>
  boxes[at * 4 + 2]! >= boxes[at * 4]! && boxes[at * 4 + 3]! >= boxes[at * 4 + 1]!;

/** Whether the centre lies at most half an input outside the input, and the box is at most four inputs large. */
function liesInside({ boxes }: Candidates, at: number, input: Size): boolean {
  const isNear = (near: number, far: number, side: number) => {
    const centre = (near + far) / 2;
    return centre >= -side / 2 && centre <= side * 1.5 && far - near <= side * 4;
  };
  const [left = 0, top = 0, right = 0, bottom = 0] = boxes.subarray(at * 4, at * 4 + 4);
  return isNear(left, right, input.width) && isNear(top, bottom, input.height);
}

/**
 * Whether the standard deviation of the centres exceeds `least`, as a fraction of the input's side, on both axes.
 */
function isSpread({ boxes }: Candidates, places: readonly number[], input: Size, least: number): boolean {
  const std = (side: 0 | 1) => {
    const centres = places.map((at) => (boxes[at * 4 + side]! + boxes[at * 4 + side + 2]!) / 2);
    const mean = centres.reduce((sum, centre) => sum + centre, 0) / centres.length;
    return Math.sqrt(centres.reduce((sum, centre) => sum + (centre - mean) ** 2, 0) / centres.length);
  };
  const [across, down] = [std(0) / input.width, std(1) / input.height];
  return least === 0 ? across > 0 || down > 0 : across > least && down > least;
}
