import type { IssueCode } from '$lib/domain/dataset';
import { clipToSize, type Size } from '$lib/domain/geometry';
import type { BoxRegion } from '$lib/domain/regions/box';
import { uprightBox } from './boxes';
import type { FormatCapabilities } from './traits';

/** What of a box a format can hold, told as it is taken away. */
export function fitBox(
  region: BoxRegion,
  size: Size,
  capabilities: FormatCapabilities,
  tell: (code: IssueCode) => void,
): readonly BoxRegion[] {
  const hasArea = region.width > 0 && region.height > 0;
  if (!hasArea) {
    tell('region-empty');
    if (!capabilities.zeroArea) return [];
  }
  const isTurned = region.rotation !== 0;
  if (isTurned && !capabilities.rotation) tell('region-rotated');
  if (capabilities.outside || !hasArea) return [region];
  const bounds = uprightBox(region);
  const inside = clipToSize(bounds, size);
  if (inside === null) {
    tell('region-outside');
    return [];
  }
  const cut = Math.max(
    inside.x - bounds.x,
    inside.y - bounds.y,
    bounds.x + bounds.width - inside.x - inside.width,
    bounds.y + bounds.height - inside.y - inside.height,
  );
  const leaves = cut > TOLERANCE_PX;
  if (leaves) tell('region-clipped');
  if (isTurned) return capabilities.rotation ? [region] : [{ ...region, ...inside, rotation: 0 }];
  return [cut > 0 ? { ...region, ...inside } : region];
}

/** What rounding may push over the picture's edge, in pixels: cut off all the same, but not worth a word. */
const TOLERANCE_PX = 0.01;
