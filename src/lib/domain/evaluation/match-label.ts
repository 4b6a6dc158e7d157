import { byFallingScore } from './by-score';
import { AREA_BOUNDS, AREA_RANGES, MOST_FOUND, OVERLAPS } from './coco';
import type { FoundBoxes, TrueBoxes } from './columns';
import { endOfPicture, type ByLabel } from './grouped';
import { overlapOf } from './overlap';

/** What became of a found box at one overlap and one range of areas. */
export const WRONG = 0;
export const RIGHT = 1;
export const NEITHER = 2;

/** The found boxes of one label, matched. See [Note: COCO's evaluation]. */
export interface MatchedLabel {
  /** The ones that were looked at: places in the found boxes, picture by picture, by falling score in each. */
  readonly places: Uint32Array;
  /** Of each of `places`: how many of its picture and label come before it. */
  readonly rank: Uint8Array;
  /** For each range of areas, each overlap, each of `places`: WRONG, RIGHT or NEITHER. */
  readonly became: Uint8Array;
  /** How many true boxes count, for each range of areas. */
  readonly countedTruth: Uint32Array;
}

export function matchLabel(
  found: FoundBoxes,
  foundBy: ByLabel,
  truth: TrueBoxes,
  truthBy: ByLabel,
  label: number,
): MatchedLabel {
  const kept = keptOf(found, foundBy, label);
  const became = new Uint8Array(AREA_RANGES.length * OVERLAPS.length * kept.places.length);
  const countedTruth = new Uint32Array(AREA_RANGES.length);
  const match = makeMatcher(found, truth, kept.places, became, countedTruth);

  let target = truthBy.starts[label]!;
  const lastTarget = truthBy.starts[label + 1]!;
  const pictureOf = (at: number): number => foundBy.picture[kept.places[at]!]!;
  for (let at = 0; at < kept.places.length || target < lastTarget;) {
    const foundPicture = at < kept.places.length ? pictureOf(at) : Infinity;
    const truePicture = target < lastTarget ? truthBy.picture[truthBy.places[target]!]! : Infinity;
    const picture = Math.min(foundPicture, truePicture);
    let end = at;
    while (end < kept.places.length && pictureOf(end) === picture) end += 1;
    const targetEnd = truePicture === picture ? endOfPicture(truthBy, target, lastTarget) : target;
    match(at, end, truthBy.places.subarray(target, targetEnd));
    at = end;
    target = targetEnd;
  }
  return { ...kept, became, countedTruth };
}

/** The first 100 of each picture by falling score. */
function keptOf(found: FoundBoxes, by: ByLabel, label: number): Pick<MatchedLabel, 'places' | 'rank'> {
  const [start, end] = [by.starts[label]!, by.starts[label + 1]!];
  const places = new Uint32Array(end - start);
  const rank = new Uint8Array(end - start);
  let count = 0;
  for (let at = start; at < end;) {
    const pictureEnd = endOfPicture(by, at, end);
    const sorted = byFallingScore(by.places.slice(at, pictureEnd), found.score).subarray(0, MOST_FOUND);
    for (const [order, place] of sorted.entries()) {
      places[count] = place;
      rank[count] = order;
      count += 1;
    }
    at = pictureEnd;
  }
  return { places: places.subarray(0, count), rank: rank.subarray(0, count) };
}

/** Matches one picture's boxes for every range of areas and every overlap. */
function makeMatcher(
  found: FoundBoxes,
  truth: TrueBoxes,
  places: Uint32Array,
  became: Uint8Array,
  countedTruth: Uint32Array,
) {
  const reached = OVERLAPS.map((overlap) => Math.min(overlap, 1 - 1e-10));
  return (from: number, to: number, targets: Uint32Array): void => {
    const width = targets.length;
    const overlaps = new Float64Array((to - from) * width);
    for (let at = from; at < to; at += 1)
      for (let target = 0; target < width; target += 1) {
        const place = targets[target]!;
        const isCrowd = truth.isCrowd[place] === 1;
        overlaps[(at - from) * width + target] = overlapOf(found, places[at]!, truth, place, isCrowd);
      }
    const isCrowd = Array.from(targets, (place) => truth.isCrowd[place] === 1);
    const isTaken = new Uint8Array(width);
    for (const [range, name] of AREA_RANGES.entries()) {
      const [least, most] = AREA_BOUNDS[name];
      const counts = Array.from(
        targets,
        (place, target) => !isCrowd[target] && truth.area[place]! >= least && truth.area[place]! <= most,
      );
      // Those that count come first, each in their order.
      const order = [...counts.keys()].sort((a, b) => Number(counts[b]) - Number(counts[a]));
      countedTruth[range]! += counts.filter(Boolean).length;
      for (const [step, asked] of reached.entries()) {
        isTaken.fill(0);
        const row = (range * OVERLAPS.length + step) * places.length;
        for (let at = from; at < to; at += 1) {
          const taken = bestTarget(overlaps, (at - from) * width, order, counts, isCrowd, isTaken, asked);
          if (taken !== -1) {
            isTaken[taken] = 1;
            became[row + at] = counts[taken] ? RIGHT : NEITHER;
          } else {
            const area = found.width[places[at]!]! * found.height[places[at]!]!;
            became[row + at] = area < least || area > most ? NEITHER : WRONG;
          }
        }
      }
    }
  };
}

/** Which true box a found one takes; -1: none. */
function bestTarget(
  overlaps: Float64Array,
  row: number,
  order: readonly number[],
  counts: readonly boolean[],
  isCrowd: readonly boolean[],
  isTaken: Uint8Array,
  least: number,
): number {
  let best = -1;
  let reached = least;
  for (const target of order) {
    if (isTaken[target] === 1 && !isCrowd[target]) continue;
    // What counts comes before what does not, however much that overlaps.
    if (best !== -1 && counts[best] && !counts[target]) break;
    const overlap = overlaps[row + target]!;
    if (overlap < reached) continue;
    reached = overlap;
    best = target;
  }
  return best;
}
