import type { Size } from '$lib/domain/geometry';
import type { RegionId } from '$lib/domain/ids';
import { operationsOf, type Region } from '$lib/domain/region';
import { DRAWN_BY_HAND } from '$lib/domain/regions/base';
import { bodyOf, moveTogether } from './move-together';

/** What was copied; one for all pictures, so that it can be pasted into the next one. */
export class Clipboard {
  regions: readonly Region[] = [];
}

/** How far a copy stands from what it was made of, in CSS pixels. */
const OFFSET = 16;
/** A free place is looked for no longer than this many moves of one region take. */
const MOST_MOVES = 20_000;

/**
 * Copies with new ids that lie in the picture, with what a model or a file said left behind: a person put them there.
 * They stand where the originals do, or, where there is room, so much beside it that none lies exactly on a
 * region that is there: `scale` (CSS pixels an image pixel) makes that equally far at every zoom.
 */
export function copiesOf(
  regions: readonly Region[],
  existing: Iterable<Region>,
  newId: () => RegionId,
  size: Size,
  scale: number,
): readonly Region[] {
  const taken = new Set([...existing].map(placeKeyOf));
  const inside = regions.map((region) => operationsOf(region).clampToImage(region, size));
  const moved = freePlace(inside, taken, Math.max(1, OFFSET / scale), size);
  const { origin, score, isLocked } = DRAWN_BY_HAND;
  return moved.map((region) => {
    const { extra: _, ...copy } = operationsOf(region).forgetFile(region);
    return { ...copy, id: newId(), origin, score, isLocked };
  });
}

function freePlace(
  regions: readonly Region[],
  taken: ReadonlySet<string>,
  offset: number,
  size: Size,
): readonly Region[] {
  if (regions.length === 0) return regions;
  const isFree = (moved: readonly Region[]) => !moved.some((region) => taken.has(placeKeyOf(region)));
  const body = bodyOf(regions);
  // Away from the nearer edges: there is more room.
  const waysX = body.x + body.width / 2 > size.width / 2 ? -offset : offset;
  const waysY = body.y + body.height / 2 > size.height / 2 ? -offset : offset;
  const ways = [
    [offset, offset],
    [waysX, waysY],
    [waysX, 0],
    [0, waysY],
  ] as const;
  if (isFree(regions)) return regions;
  for (let step = 1; step * ways.length * regions.length < MOST_MOVES; step += 1)
    for (const [dx, dy] of ways) {
      const moved = moveTogether(regions, dx * step, dy * step, size);
      if (isFree(moved)) return moved;
    }
  return regions;
}

const placeKeyOf = (region: Region): string => operationsOf(region).placeKey(region);
