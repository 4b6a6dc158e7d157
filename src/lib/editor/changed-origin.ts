import type { RegionChange } from '$lib/domain/change';
import { isSamePlace } from '$lib/domain/region';

/** Marks predicted regions that the person has moved, resized or relabelled as `prediction-changed`. */
export function withOrigins({ before, after }: RegionChange): RegionChange {
  const marked = new Map(
    [...after].map(([id, region]) => {
      const was = before.get(id);
      const isOther =
        was?.origin === 'prediction' &&
        region.origin === 'prediction' &&
        (was.labelId !== region.labelId || !isSamePlace(was, region));
      return [id, isOther ? { ...region, origin: 'prediction-changed' as const } : region] as const;
    }),
  );
  return { before, after: marked };
}
