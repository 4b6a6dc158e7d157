import { AREA_BOUNDS, AREA_RANGES, MAX_DETECTIONS, IOU_THRESHOLDS } from './coco';
import type { PredictedBoxes, GroundTruthBoxes } from './columns';
import { iou } from './iou';

/** Result of matching a predicted box at one IoU threshold and one range of areas. */
export const WRONG = 0;
export const RIGHT = 1;
export const IGNORED = 2;

/**
 * The boxes of one label as indices into their columns, picture by picture; the predicted ones by descending score
 * within each picture.
 */
export interface BoxesOfLabel {
  readonly found: Uint32Array;
  readonly truth: Uint32Array;
}

/** The matched predictions of one label. See [Note: COCO's evaluation]. */
export interface MatchedLabel {
  /** Indices of the predicted boxes that were matched, picture by picture. */
  readonly places: Uint32Array;
  /** For each of `places`: the number of boxes of its picture and label that come before it. */
  readonly rank: Uint8Array;
  /** For each range of areas, each IoU threshold and each of `places`: WRONG, RIGHT or IGNORED. */
  readonly outcome: Uint8Array;
  /** Number of ground truth boxes that count, for each range of areas. */
  readonly countedTruth: Uint32Array;
}

export function matchLabel(
  found: PredictedBoxes,
  foundPicture: Uint32Array,
  truth: GroundTruthBoxes,
  truthPicture: Uint32Array,
  of: BoxesOfLabel,
): MatchedLabel {
  const kept = keptOf(of.found, foundPicture);
  const { places } = kept;
  const became = new Uint8Array(AREA_RANGES.length * IOU_THRESHOLDS.length * places.length);
  const countedTruth = countTruth(truth, of.truth);
  const match = makeMatcher(found, truth, places, became);

  let target = 0;
  for (let at = 0; at < places.length;) {
    const picture = foundPicture[places[at]!]!;
    let end = at;
    while (end < places.length && foundPicture[places[end]!] === picture) end += 1;
    while (target < of.truth.length && truthPicture[of.truth[target]!]! < picture) target += 1;
    let targetEnd = target;
    while (targetEnd < of.truth.length && truthPicture[of.truth[targetEnd]!] === picture) targetEnd += 1;
    match(at, end, of.truth.subarray(target, targetEnd));
    at = end;
    target = targetEnd;
  }
  return { ...kept, outcome: became, countedTruth };
}

/** The first MAX_DETECTIONS of each picture. */
function keptOf(sorted: Uint32Array, picture: Uint32Array): Pick<MatchedLabel, 'places' | 'rank'> {
  const places = new Uint32Array(sorted.length);
  const rank = new Uint8Array(sorted.length);
  let [count, before] = [0, 0];
  for (let at = 0; at < sorted.length; at += 1) {
    const isSame = at > 0 && picture[sorted[at]!] === picture[sorted[at - 1]!];
    before = isSame ? before + 1 : 0;
    if (before >= MAX_DETECTIONS) continue;
    places[count] = sorted[at]!;
    rank[count] = before;
    count += 1;
  }
  return { places: places.subarray(0, count), rank: rank.subarray(0, count) };
}

const countsIn = (
  truth: GroundTruthBoxes,
  place: number,
  [least, most]: readonly [number, number],
): boolean => truth.isCrowd[place] === 0 && truth.area[place]! >= least && truth.area[place]! <= most;

function countTruth(truth: GroundTruthBoxes, places: Uint32Array): Uint32Array {
  const counted = new Uint32Array(AREA_RANGES.length);
  for (const [range, name] of AREA_RANGES.entries())
    for (const place of places) if (countsIn(truth, place, AREA_BOUNDS[name])) counted[range]! += 1;
  return counted;
}

/** Returns a function that matches one picture's boxes for every range of areas and every IoU threshold. */
function makeMatcher(
  found: PredictedBoxes,
  truth: GroundTruthBoxes,
  places: Uint32Array,
  became: Uint8Array,
) {
  const reached = IOU_THRESHOLDS.map((threshold) => Math.min(threshold, 1 - 1e-10));
  const bounds = AREA_RANGES.map((name) => AREA_BOUNDS[name]);

  return (from: number, to: number, targets: Uint32Array): void => {
    const near = nearTargets(found, truth, places, from, to, targets);
    const isCrowd = targets.map((place) => truth.isCrowd[place]!);
    const counts = new Uint8Array(targets.length);
    const isTaken = new Uint8Array(targets.length);
    for (const [range, [least, most]] of bounds.entries()) {
      for (let at = 0; at < targets.length; at += 1)
        counts[at] = countsIn(truth, targets[at]!, [least, most]) ? 1 : 0;
      for (let step = 0; step < reached.length; step += 1) {
        isTaken.fill(0);
        const row = (range * reached.length + step) * places.length;
        for (let at = from; at < to; at += 1) {
          // A box that counts is taken before an ignored one, even if the ignored one has a higher IoU.
          let taken = bestMatch(near, at - from, counts, 1, isCrowd, isTaken, reached[step]!);
          if (taken === -1) taken = bestMatch(near, at - from, counts, 0, isCrowd, isTaken, reached[step]!);
          if (taken !== -1) {
            isTaken[taken] = 1;
            became[row + at] = counts[taken] === 1 ? RIGHT : IGNORED;
          } else {
            const area = found.width[places[at]!]! * found.height[places[at]!]!;
            became[row + at] = area < least || area > most ? IGNORED : WRONG;
          }
        }
      }
    }
  };
}

/** For each predicted box of a picture, the ground truth boxes whose IoU reaches the lowest threshold. */
interface Candidates {
  readonly starts: readonly number[];
  readonly targets: readonly number[];
  readonly ious: readonly number[];
}

function nearTargets(
  found: PredictedBoxes,
  truth: GroundTruthBoxes,
  places: Uint32Array,
  from: number,
  to: number,
  targets: Uint32Array,
): Candidates {
  const [starts, near, ious]: [number[], number[], number[]] = [[], [], []];
  for (let at = from; at < to; at += 1) {
    starts.push(near.length);
    for (let target = 0; target < targets.length; target += 1) {
      const place = targets[target]!;
      const value = iou(found, places[at]!, truth, place, truth.isCrowd[place] === 1);
      if (value < IOU_THRESHOLDS[0]!) continue;
      near.push(target);
      ious.push(value);
    }
  }
  starts.push(near.length);
  return { starts, targets: near, ious };
}

/**
 * The ground truth box that a predicted box takes, among those that count (`asked` is 1) or are ignored (0); -1 if
 * none.
 */
function bestMatch(
  { starts, targets, ious }: Candidates,
  at: number,
  counts: Uint8Array,
  asked: 0 | 1,
  isCrowd: Uint32Array,
  isTaken: Uint8Array,
  least: number,
): number {
  let best = -1;
  let reached = least;
  for (let next = starts[at]!; next < starts[at + 1]!; next += 1) {
    const target = targets[next]!;
    if (counts[target] !== asked || ious[next]! < reached) continue;
    if (isTaken[target] === 1 && isCrowd[target] === 0) continue;
    reached = ious[next]!;
    best = target;
  }
  return best;
}
