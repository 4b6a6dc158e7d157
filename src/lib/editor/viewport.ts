import { clamp, clipToSize, rectBetween, type Rect, type Size } from '$lib/domain/geometry';
import { imagePoint, screenPoint, type ImagePoint, type ScreenPoint } from '$lib/domain/ids';

/** How the picture lies on the canvas: the only place where image and screen coordinates meet. */
export interface Viewport {
  /** CSS pixels per image pixel. */
  readonly scale: number;
  /** The picture's upper left corner, in CSS pixels from the canvas element's own. */
  readonly left: number;
  readonly top: number;
}

/** CSS pixels between a fitted picture and the canvas' edge. */
const MARGIN = 16;
const MAX_SCALE = 64;
/** So many CSS pixels of the picture stay in sight, however far it is pushed. */
const KEPT_IN_SIGHT = 48;

export const imageToScreen = ({ scale, left, top }: Viewport, [x, y]: ImagePoint): ScreenPoint =>
  screenPoint(left + x * scale, top + y * scale);

export const screenToImage = ({ scale, left, top }: Viewport, [x, y]: ScreenPoint): ImagePoint =>
  imagePoint((x - left) / scale, (y - top) / scale);

/** The whole picture, centred, as large as the canvas allows. */
export function fit(image: Size, canvas: Size): Viewport {
  const across = Math.max(1, canvas.width - 2 * MARGIN) / image.width;
  const down = Math.max(1, canvas.height - 2 * MARGIN) / image.height;
  return centred(image, canvas, Math.min(across, down, MAX_SCALE));
}

export const centred = (image: Size, canvas: Size, scale: number): Viewport => ({
  scale,
  left: (canvas.width - image.width * scale) / 2,
  top: (canvas.height - image.height * scale) / 2,
});

/** Larger or smaller by `factor`; what lies under `about` stays there. */
export function zoomAbout(
  view: Viewport,
  about: ScreenPoint,
  factor: number,
  image: Size,
  canvas: Size,
): Viewport {
  const smallest = Math.min(1, fit(image, canvas).scale) / 4;
  const scale = clamp(view.scale * factor, smallest, MAX_SCALE);
  const [x, y] = screenToImage(view, about);
  return keepInSight({ scale, left: about[0] - x * scale, top: about[1] - y * scale }, image, canvas);
}

export const panBy = (view: Viewport, dx: number, dy: number, image: Size, canvas: Size): Viewport =>
  keepInSight({ ...view, left: view.left + dx, top: view.top + dy }, image, canvas);

/** Pushed back so far that some of the picture can be seen: after a pan, a zoom, or on another canvas. */
export function keepInSight(view: Viewport, image: Size, canvas: Size): Viewport {
  return {
    ...view,
    left: keepOnAxis(view.left, image.width * view.scale, canvas.width),
    top: keepOnAxis(view.top, image.height * view.scale, canvas.height),
  };
}

function keepOnAxis(start: number, length: number, canvasLength: number): number {
  const kept = Math.min(KEPT_IN_SIGHT, length, canvasLength / 2);
  return clamp(start, kept - length, canvasLength - kept);
}

/** The part of the picture that the canvas shows, in image pixels. */
export function visiblePart(view: Viewport, image: Size, canvas: Size): Rect {
  const shown = rectBetween(
    screenToImage(view, screenPoint(0, 0)),
    screenToImage(view, screenPoint(canvas.width, canvas.height)),
  );
  return clipToSize(shown, image) ?? { x: 0, y: 0, ...image };
}
