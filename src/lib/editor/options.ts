import { clampPoint, type Size } from '$lib/domain/geometry';
import { imagePoint, type ImagePoint } from '$lib/domain/ids';

/** How a person likes to draw. */
export interface EditorOptions {
  /** A label stays armed after a box was drawn. */
  readonly keepsArmed: boolean;
  /** Points fall on whole picture pixels. */
  readonly snapsToPixel: boolean;
  readonly showsCrosshair: boolean;
  /** Off: every pixel a square, at every zoom. */
  readonly isSmooth: boolean;
}

export const PLAIN_OPTIONS: EditorOptions = {
  keepsArmed: true,
  snapsToPixel: false,
  showsCrosshair: false,
  isSmooth: true,
};

/** A point of the picture as it counts for an edge: inside, and on the raster where that is wished. */
export function placed(at: ImagePoint, size: Size, { snapsToPixel }: EditorOptions): ImagePoint {
  const [x, y] = clampPoint(at, size);
  return snapsToPixel ? imagePoint(Math.round(x), Math.round(y)) : imagePoint(x, y);
}
