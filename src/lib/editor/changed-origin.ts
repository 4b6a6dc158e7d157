import type { RegionChange } from '$lib/domain/change';
import { geometryOf, type Region } from '$lib/domain/region';

/** A box that a model drew and a person moved, reshaped or named otherwise is both's from then on. */
export function withOrigins({ before, after }: RegionChange): RegionChange {
  const told = new Map(
    [...after].map(([id, region]) => {
      const was = before.get(id);
      const isOther = was?.origin === 'prediction' && region.origin === 'prediction' && !isSame(was, region);
      return [id, isOther ? { ...region, origin: 'prediction-changed' as const } : region] as const;
    }),
  );
  return { before, after: told };
}

function isSame(was: Region, region: Region): boolean {
  const [a, b] = [geometryOf(was).bounds(was), geometryOf(region).bounds(region)];
  return (
    was.labelId === region.labelId &&
    geometryOf(was).angle(was) === geometryOf(region).angle(region) &&
    a.x === b.x &&
    a.y === b.y &&
    a.width === b.width &&
    a.height === b.height
  );
}
