import { area, type Rect } from './geometry';
import { asId, type LabelId, type RegionId } from './ids';
import { acceptedRegion, type PredictedRegion } from './prediction';
import { geometryOf, type Region } from './region';
import type { BoxRegion } from './regions/box';

/** A suggestion that overlaps a region of its label by more than this (intersection over union) is drawn already. */
const DRAWN_ALREADY = 0.6;

/**
 * The boxes of a prediction that are worth a look: above their label's threshold, and not drawn already. Their
 * ids are their places in the prediction.
 */
export function suggestionsFrom(
  predicted: readonly PredictedRegion[],
  regions: Iterable<Region>,
  thresholdOf: (labelId: LabelId) => number,
): readonly BoxRegion[] {
  const byLabel = new Map<LabelId | null, Region[]>();
  for (const region of regions) {
    const same = byLabel.get(region.labelId);
    if (same) same.push(region);
    else byLabel.set(region.labelId, [region]);
  }
  return predicted.flatMap((region, place) => {
    const { labelId, score } = region;
    if (labelId === null || score < thresholdOf(labelId)) return [];
    const isDrawn = byLabel
      .get(labelId)
      ?.some((drawn) => overlap(geometryOf(drawn).bounds(drawn), region) > DRAWN_ALREADY);
    return isDrawn ? [] : [acceptedRegion(region, suggestionId(place))];
  });
}

const PREFIX = 'suggestion-';
export const suggestionId = (place: number): RegionId => asId<'region'>(`${PREFIX}${place}`);
export const placeOfSuggestion = (id: RegionId): number => Number(id.slice(PREFIX.length));

/** Intersection over union, 0..1. */
export function overlap(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (area(a) + area(b) - shared);
}
