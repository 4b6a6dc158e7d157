import { area, type Rect } from './geometry';
import { asId, type LabelId, type RegionId } from './ids';
import { acceptedRegion, boundsOfPredicted, type PredictedRegion } from './prediction';
import { operationsOf, type Region } from './region';

/** The initial score threshold of suggestions, 0..1, until a person moves a slider. */
export const WORKING_THRESHOLD = 0.5;

/** A suggestion whose IoU with a region of its label exceeds this is drawn already. */
const DUPLICATE_IOU = 0.6;
/** See isDrawnAmong. */
const REACH = (1 - DUPLICATE_IOU) / DUPLICATE_IOU;

/**
 * The predicted boxes to suggest: above their label's score threshold, and not drawn already. Their ids are derived
 * from their indices in the prediction.
 */
export function suggestionsFrom(
  predicted: readonly PredictedRegion[],
  regions: Iterable<Region>,
  thresholdOf: (labelId: LabelId) => number,
): readonly Region[] {
  if (predicted.length === 0) return [];
  const byLabel = new Map<LabelId | null, Rect[]>();
  for (const region of regions) {
    const bounds = operationsOf(region).bounds(region);
    const same = byLabel.get(region.labelId);
    if (same) same.push(bounds);
    else byLabel.set(region.labelId, [bounds]);
  }
  for (const same of byLabel.values()) same.sort((a, b) => a.x - b.x);
  return predicted.flatMap((region, place) => {
    const { labelId, score } = region;
    if (labelId === null || score < thresholdOf(labelId)) return [];
    const isDrawn = isDrawnAmong(byLabel.get(labelId) ?? [], boundsOfPredicted(region));
    return isDrawn ? [] : [acceptedRegion(region, suggestionId(place))];
  });
}

/**
 * Whether one of the rectangles, which are ordered by `x`, has an IoU above DUPLICATE_IOU with the predicted one. Only
 * those that begin near it are looked at. With an IoU above t, the intersection of two boxes is wider than t times the
 * wider one, which is itself less than 1/t times as wide as the other; so their left edges are less than (1 - t) / t
 * times the width of either apart; and so are the upper ones, by height.
 */
function isDrawnAmong(drawn: readonly Rect[], predicted: Rect): boolean {
  const { x, y, width, height } = predicted;
  const [reachX, reachY] = [width * REACH, height * REACH];
  for (let at = firstFrom(drawn, x - reachX); at < drawn.length; at += 1) {
    const one = drawn[at]!;
    if (one.x > x + reachX) return false;
    if (Math.abs(one.y - y) <= reachY && iou(one, predicted) > DUPLICATE_IOU) return true;
  }
  return false;
}

/** The index of the first rectangle that begins at `x` or later (binary search). */
function firstFrom(rects: readonly Rect[], x: number): number {
  let [low, high] = [0, rects.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rects[middle]!.x < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

const PREFIX = 'suggestion-';
export const suggestionId = (place: number): RegionId => asId<'region'>(`${PREFIX}${place}`);
export const placeOfSuggestion = (id: RegionId): number => Number(id.slice(PREFIX.length));

/** Intersection over union, 0..1. */
export function iou(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const intersection = width * height;
  return intersection / (area(a) + area(b) - intersection);
}
