import { isFields, keptOf, MAX_KEPT_LENGTH, type KeptText } from '$lib/domain/kept';
import type { Prediction } from '$lib/domain/prediction';

/** One row of a file about a model and version, and the indices of its regions in the stored prediction. */
export interface PredictionPart {
  readonly extra: KeptText;
  readonly places: readonly number[];
}

/** Preserves the content of a file's rows beside their regions in the one prediction that they became. */
export function keptParts(parts: readonly PredictionPart[], regions: number): Pick<Prediction, 'extra'> {
  const [first] = parts;
  if (first === undefined) return {};
  if (parts.length === 1 && first.places.length === regions) return { extra: first.extra };
  const extra = JSON.stringify({
    labelStudio: {
      parts: parts.map(({ extra, places }) => ({ ...keptOf(extra, 'labelStudio'), regions: places })),
    },
  });
  return extra.length > MAX_KEPT_LENGTH ? {} : { extra };
}

export function partsOf({
  extra,
  regions,
}: Pick<Prediction, 'extra' | 'regions'>): readonly PredictionPart[] {
  if (extra === undefined) return [];
  const parts = keptOf(extra, 'labelStudio')['parts'];
  if (!Array.isArray(parts)) return [{ extra, places: regions.map((_, at) => at) }];
  return parts.filter(isFields).map(({ regions: places, ...part }) => ({
    extra: JSON.stringify({ labelStudio: part }),
    places: Array.isArray(places) ? (places as readonly number[]) : [],
  }));
}
