import { clamp, type Size } from '$lib/domain/geometry';
import type { BoxRegion } from '$lib/domain/regions/box';
import { MIN_BOX_SIDE } from '$lib/domain/regions/resize-box';
import { normalizeDegrees } from '$lib/domain/regions/turned';

/** Editable numbers of a box, in image pixels and degrees clockwise. */
export type BoxNumber = 'x' | 'y' | 'width' | 'height' | 'rotation';
export const BOX_NUMBERS: readonly BoxNumber[] = ['x', 'y', 'width', 'height', 'rotation'];

/** Rounds to two decimals, which is all that a screen can show of a pixel. */
export const shownNumber = (value: number): string => String(Math.round(value * 100) / 100);

/** Sets one number of a box from typed text, clamped to the picture. Returns null if the text is no number. */
export function withNumber(box: BoxRegion, field: BoxNumber, typed: string, size: Size): BoxRegion | null {
  const value = Number(typed.trim().replace(',', '.'));
  if (typed.trim() === '' || !Number.isFinite(value)) return null;
  // The bounds of a rotated box differ from its sides, so the session clamps it to the picture.
  if (box.rotation !== 0 && field !== 'rotation') return { ...box, [field]: value };
  const numbers: Readonly<Record<BoxNumber, () => number>> = {
    x: () => clamp(value, 0, Math.max(0, size.width - box.width)),
    y: () => clamp(value, 0, Math.max(0, size.height - box.height)),
    width: () => clamp(value, MIN_BOX_SIDE, Math.max(MIN_BOX_SIDE, size.width - box.x)),
    height: () => clamp(value, MIN_BOX_SIDE, Math.max(MIN_BOX_SIDE, size.height - box.y)),
    rotation: () => normalizeDegrees(value),
  };
  return { ...box, [field]: numbers[field]() };
}
