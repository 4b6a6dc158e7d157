import type { IssueCode } from '$lib/domain/dataset';
import { clipToSize, type Size } from '$lib/domain/geometry';
import type { BoxRegion } from '$lib/domain/regions/box';
import { uprightBox } from './boxes';
import type { FormatCapabilities } from './traits';

/** Reduces a box to what a format can hold, and reports every loss. */
export function fitBox(
  region: BoxRegion,
  size: Size,
  capabilities: FormatCapabilities,
  report: (code: IssueCode) => void,
): readonly BoxRegion[] {
  const hasArea = region.width > 0 && region.height > 0;
  if (!hasArea) {
    report('region-empty');
    if (!capabilities.zeroArea) return [];
  }
  const isTurned = region.rotation !== 0;
  if (isTurned && !capabilities.rotation) report('region-rotated');
  if (capabilities.outside || !hasArea) return [region];
  const bounds = uprightBox(region);
  const inside = clipToSize(bounds, size);
  if (inside === null) {
    report('region-outside');
    return [];
  }
  const cut = Math.max(
    inside.x - bounds.x,
    inside.y - bounds.y,
    bounds.x + bounds.width - inside.x - inside.width,
    bounds.y + bounds.height - inside.y - inside.height,
  );
  const leaves = cut > TOLERANCE_PX;
  if (leaves) report('region-clipped');
  if (isTurned) return capabilities.rotation ? [region] : [{ ...region, ...inside, rotation: 0 }];
  return [cut > 0 ? { ...region, ...inside } : region];
}

/** In pixels: a box that crosses the edge by less is clipped without a report, because rounding causes that. */
const TOLERANCE_PX = 0.01;
