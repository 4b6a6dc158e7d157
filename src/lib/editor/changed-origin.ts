import type { RegionChange } from '$lib/domain/change';
import { isSamePlace } from '$lib/domain/region';

/** A box that a model drew and a person moved, reshaped or named otherwise is both's from then on. */
export function withOrigins({ before, after }: RegionChange): RegionChange {
  const told = new Map(
    [...after].map(([id, region]) => {
      const was = before.get(id);
      const isOther =
        was?.origin === 'prediction' &&
        region.origin === 'prediction' &&
        (was.labelId !== region.labelId || !isSamePlace(was, region));
      return [id, isOther ? { ...region, origin: 'prediction-changed' as const } : region] as const;
    }),
  );
  return { before, after: told };
}
