import type { Size } from '$lib/domain/geometry';
import type { RegionId } from '$lib/domain/ids';
import { operationsOf, type Region } from '$lib/domain/region';
import { DRAWN_BY_HAND } from '$lib/domain/regions/base';
import { boundsOf, moveTogether } from './move-together';

/** Holds the copied regions. All pictures share one clipboard, so a copy can be pasted into the next picture. */
export class Clipboard {
  regions: readonly Region[] = [];
}

/** Distance between a copy and its original, in CSS pixels. */
const OFFSET = 16;
/** Upper limit for the search for a free place, counted in moves of one region. */
const MOST_MOVES = 20_000;

/**
 * Copies regions with new ids, clamped to the picture. What a model or a file said about the originals is left out,
 * because a person made the copies. A copy stays where its original is if that place is free in this picture;
 * otherwise it is shifted until none of the copies lies exactly on an existing region. `scale` (CSS pixels per image
 * pixel) makes the shift look equally large at every zoom.
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
  const body = boundsOf(regions);
  // A shift away from the nearer edges has more room.
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
