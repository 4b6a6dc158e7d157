import { clampPoint, type Size } from '$lib/domain/geometry';
import { imagePoint, type ImagePoint } from '$lib/domain/ids';

/** The person's drawing preferences. */
export interface EditorOptions {
  /** The label stays armed after a box was drawn. */
  readonly keepsArmed: boolean;
  /** Points snap to whole image pixels. */
  readonly snapsToPixel: boolean;
  readonly showsCrosshair: boolean;
  /** False draws every image pixel as a square, at every zoom. */
  readonly isSmooth: boolean;
}

export const PLAIN_OPTIONS: EditorOptions = {
  keepsArmed: true,
  snapsToPixel: false,
  showsCrosshair: false,
  isSmooth: true,
};

/** Clamps a point to the picture, and snaps it to whole pixels if the person wants that. */
export function clampAndSnap(at: ImagePoint, size: Size, { snapsToPixel }: EditorOptions): ImagePoint {
  const [x, y] = clampPoint(at, size);
  return snapsToPixel ? imagePoint(Math.round(x), Math.round(y)) : imagePoint(x, y);
}
