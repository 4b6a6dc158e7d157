import { clamp, type Size } from '$lib/domain/geometry';
import type { BoxRegion } from '$lib/domain/regions/box';
import { MIN_BOX_SIDE } from '$lib/domain/regions/resize-box';
import { oneTurn } from '$lib/domain/regions/turned';

/** The numbers of a box that can be typed: picture pixels, and degrees clockwise. */
export type BoxNumber = 'x' | 'y' | 'width' | 'height' | 'rotation';
export const BOX_NUMBERS: readonly BoxNumber[] = ['x', 'y', 'width', 'height', 'rotation'];

/** Two digits behind the point: what a screen can show of a pixel. */
export const shownNumber = (value: number): string => String(Math.round(value * 100) / 100);

/** The box with one number as typed, as near to it as the picture allows; null where it is no number. */
export function withNumber(box: BoxRegion, field: BoxNumber, typed: string, size: Size): BoxRegion | null {
  const value = Number(typed.trim().replace(',', '.'));
  if (typed.trim() === '' || !Number.isFinite(value)) return null;
  // The edges of a turned box are elsewhere: there the session finds the nearest box that is all in the picture.
  if (box.rotation !== 0 && field !== 'rotation') return { ...box, [field]: value };
  const numbers: Readonly<Record<BoxNumber, () => number>> = {
    x: () => clamp(value, 0, Math.max(0, size.width - box.width)),
    y: () => clamp(value, 0, Math.max(0, size.height - box.height)),
    width: () => clamp(value, MIN_BOX_SIDE, Math.max(MIN_BOX_SIDE, size.width - box.x)),
    height: () => clamp(value, MIN_BOX_SIDE, Math.max(MIN_BOX_SIDE, size.height - box.y)),
    rotation: () => oneTurn(value),
  };
  return { ...box, [field]: numbers[field]() };
}
