import { clamp, clipToSize, rectBetween, type Rect, type Size } from '$lib/domain/geometry';
import { imagePoint, screenPoint, type ImagePoint, type ScreenPoint } from '$lib/domain/ids';

/** Quarter turns, clockwise. */
export type Turns = 0 | 1 | 2 | 3;

/**
 * The position of the picture on the canvas. This file is the only place where image and screen coordinates meet.
 * Rotating the view changes no coordinate of a region.
 */
export interface Viewport {
  /** CSS pixels per image pixel. */
  readonly scale: number;
  /** Position of the picture's own upper left corner on the canvas element, in CSS pixels, also in a rotated view. */
  readonly left: number;
  readonly top: number;
  readonly turns: Turns;
}

/** Space between a fitted picture and the canvas's edge, in CSS pixels. */
const MARGIN = 16;
const MAX_SCALE = 64;
/** At least this much of the picture stays visible when it is panned, in CSS pixels. */
const MIN_VISIBLE = 48;
/** A region that is zoomed to fills this part of the canvas, so that its surroundings stay visible. */
const ZOOMED_SHARE = 0.6;

/** Cosine and sine of each rotation of the view. */
const DIRECTIONS: readonly (readonly [cos: number, sin: number])[] = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
];

export function imageToScreen({ scale, left, top, turns }: Viewport, [x, y]: ImagePoint): ScreenPoint {
  const [cos, sin] = DIRECTIONS[turns]!;
  return screenPoint(left + (x * cos - y * sin) * scale, top + (x * sin + y * cos) * scale);
}

export const screenToImage = (view: Viewport, [x, y]: ScreenPoint): ImagePoint => {
  const [across, down] = screenToImageWay(view, x - view.left, y - view.top);
  return imagePoint(across / view.scale, down / view.scale);
};

/** Rotates a direction from the screen to the picture; its length stays. */
export function screenToImageWay({ turns }: Pick<Viewport, 'turns'>, dx: number, dy: number) {
  const [cos, sin] = DIRECTIONS[turns]!;
  return [dx * cos + dy * sin, dy * cos - dx * sin] as const;
}

/** The rectangle on screen that shows a rectangle of the picture, in CSS pixels. Rotations keep it upright. */
export function shownRect(view: Viewport, { x, y, width, height }: Rect): Rect {
  const { scale, left, top, turns } = view;
  if (turns === 0)
    return { x: left + x * scale, y: top + y * scale, width: width * scale, height: height * scale };
  const [ax, ay] = imageToScreen(view, imagePoint(x, y));
  const [bx, by] = imageToScreen(view, imagePoint(x + width, y + height));
  return { x: Math.min(ax, bx), y: Math.min(ay, by), width: Math.abs(bx - ax), height: Math.abs(by - ay) };
}

/** Centres the whole picture, as large as the canvas allows. */
export function fit(image: Size, canvas: Size, turns: Turns = 0): Viewport {
  const shown = turns % 2 === 0 ? image : { width: image.height, height: image.width };
  const across = Math.max(1, canvas.width - 2 * MARGIN) / shown.width;
  const down = Math.max(1, canvas.height - 2 * MARGIN) / shown.height;
  return centred(image, canvas, Math.min(across, down, MAX_SCALE), turns);
}

export const centred = (image: Size, canvas: Size, scale: number, turns: Turns = 0): Viewport =>
  centredOn({ x: 0, y: 0, ...image }, canvas, scale, turns);

/** Zooms to a part of the picture, with its surroundings in sight. */
export function zoomedTo(part: Rect, image: Size, canvas: Size, turns: Turns): Viewport {
  const shown = shownRect({ scale: 1, left: 0, top: 0, turns }, part);
  const across = (canvas.width * ZOOMED_SHARE) / Math.max(1, shown.width);
  const down = (canvas.height * ZOOMED_SHARE) / Math.max(1, shown.height);
  return keepVisible(centredOn(part, canvas, Math.min(across, down, MAX_SCALE), turns), image, canvas);
}

/** Centres a part of the picture on the canvas. */
function centredOn(part: Rect, canvas: Size, scale: number, turns: Turns): Viewport {
  const shown = shownRect({ scale, left: 0, top: 0, turns }, part);
  return {
    scale,
    left: (canvas.width - shown.width) / 2 - shown.x,
    top: (canvas.height - shown.height) / 2 - shown.y,
    turns,
  };
}

/** Zooms by `factor`; the image point under `about` stays there. */
export function zoomAbout(
  view: Viewport,
  about: ScreenPoint,
  factor: number,
  image: Size,
  canvas: Size,
): Viewport {
  const smallest = Math.min(1, fit(image, canvas, view.turns).scale) / 4;
  const scale = clamp(view.scale * factor, smallest, MAX_SCALE);
  return keepVisible(viewWith(screenToImage(view, about), about, scale, view.turns), image, canvas);
}

/** Rotates the view by quarter turns; the image point in the middle of the canvas stays there. */
export function rotateView(view: Viewport, quarters: number, image: Size, canvas: Size): Viewport {
  const middle = screenPoint(canvas.width / 2, canvas.height / 2);
  const turns = ((((view.turns + quarters) % 4) + 4) % 4) as Turns;
  return keepVisible(viewWith(screenToImage(view, middle), middle, view.scale, turns), image, canvas);
}

/** The view that shows an image point at a given point of the canvas. */
function viewWith(point: ImagePoint, at: ScreenPoint, scale: number, turns: Turns): Viewport {
  const [x, y] = imageToScreen({ scale, left: 0, top: 0, turns }, point);
  return { scale, left: at[0] - x, top: at[1] - y, turns };
}

export const panBy = (view: Viewport, dx: number, dy: number, image: Size, canvas: Size): Viewport =>
  keepVisible({ ...view, left: view.left + dx, top: view.top + dy }, image, canvas);

/** Moves the view so that some of the picture stays visible after a pan, a zoom or a new canvas size. */
export function keepVisible(view: Viewport, image: Size, canvas: Size): Viewport {
  const shown = shownRect(view, { x: 0, y: 0, ...image });
  return {
    ...view,
    left: view.left + clampOnAxis(shown.x, shown.width, canvas.width) - shown.x,
    top: view.top + clampOnAxis(shown.y, shown.height, canvas.height) - shown.y,
  };
}

function clampOnAxis(start: number, length: number, canvasLength: number): number {
  const kept = Math.min(MIN_VISIBLE, length, canvasLength / 2);
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
