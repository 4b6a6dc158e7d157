import { clamp, clipToSize, rectBetween, type Rect, type Size } from '$lib/domain/geometry';
import { imagePoint, screenPoint, type ImagePoint, type ScreenPoint } from '$lib/domain/ids';

/** Quarter turns, clockwise. */
export type Turns = 0 | 1 | 2 | 3;

/**
 * How the picture lies on the canvas: the only place where image and screen coordinates meet. Turning the view
 * turns what is seen; no coordinate of a region changes.
 */
export interface Viewport {
  /** CSS pixels per image pixel. */
  readonly scale: number;
  /** The picture's own upper left corner, wherever a turned view shows it: CSS pixels from the canvas element's. */
  readonly left: number;
  readonly top: number;
  readonly turns: Turns;
}

/** CSS pixels between a fitted picture and the canvas' edge. */
const MARGIN = 16;
const MAX_SCALE = 64;
/** So many CSS pixels of the picture stay in sight, however far it is pushed. */
const KEPT_IN_SIGHT = 48;
/** What is zoomed to fills this part of the canvas, so that what lies around it is seen too. */
const ZOOMED_SHARE = 0.6;

/** Cosine and sine of the turned view. */
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

/** A direction on the screen as one in the picture; its length stays. */
export function screenToImageWay({ turns }: Pick<Viewport, 'turns'>, dx: number, dy: number) {
  const [cos, sin] = DIRECTIONS[turns]!;
  return [dx * cos + dy * sin, dy * cos - dx * sin] as const;
}

/** Where the view shows an upright rectangle of the picture, in CSS pixels; every turn leaves it upright. */
export function shownRect(view: Viewport, { x, y, width, height }: Rect): Rect {
  const { scale, left, top, turns } = view;
  if (turns === 0)
    return { x: left + x * scale, y: top + y * scale, width: width * scale, height: height * scale };
  const [ax, ay] = imageToScreen(view, imagePoint(x, y));
  const [bx, by] = imageToScreen(view, imagePoint(x + width, y + height));
  return { x: Math.min(ax, bx), y: Math.min(ay, by), width: Math.abs(bx - ax), height: Math.abs(by - ay) };
}

/** The whole picture, centred, as large as the canvas allows. */
export function fit(image: Size, canvas: Size, turns: Turns = 0): Viewport {
  const shown = turns % 2 === 0 ? image : { width: image.height, height: image.width };
  const across = Math.max(1, canvas.width - 2 * MARGIN) / shown.width;
  const down = Math.max(1, canvas.height - 2 * MARGIN) / shown.height;
  return centred(image, canvas, Math.min(across, down, MAX_SCALE), turns);
}

export const centred = (image: Size, canvas: Size, scale: number, turns: Turns = 0): Viewport =>
  centredOn({ x: 0, y: 0, ...image }, canvas, scale, turns);

/** As large as the canvas allows, with what lies around a part of the picture in sight too. */
export function zoomedTo(part: Rect, image: Size, canvas: Size, turns: Turns): Viewport {
  const shown = shownRect({ scale: 1, left: 0, top: 0, turns }, part);
  const across = (canvas.width * ZOOMED_SHARE) / Math.max(1, shown.width);
  const down = (canvas.height * ZOOMED_SHARE) / Math.max(1, shown.height);
  return keepInSight(centredOn(part, canvas, Math.min(across, down, MAX_SCALE), turns), image, canvas);
}

/** With the middle of a part of the picture in the middle of the canvas. */
function centredOn(part: Rect, canvas: Size, scale: number, turns: Turns): Viewport {
  const shown = shownRect({ scale, left: 0, top: 0, turns }, part);
  return {
    scale,
    left: (canvas.width - shown.width) / 2 - shown.x,
    top: (canvas.height - shown.height) / 2 - shown.y,
    turns,
  };
}

/** Larger or smaller by `factor`; what lies under `about` stays there. */
export function zoomAbout(
  view: Viewport,
  about: ScreenPoint,
  factor: number,
  image: Size,
  canvas: Size,
): Viewport {
  const smallest = Math.min(1, fit(image, canvas, view.turns).scale) / 4;
  const scale = clamp(view.scale * factor, smallest, MAX_SCALE);
  return keepInSight(holding(screenToImage(view, about), about, scale, view.turns), image, canvas);
}

/** The view turned by quarters; what lies in the middle of the canvas stays there. */
export function turnedBy(view: Viewport, quarters: number, image: Size, canvas: Size): Viewport {
  const middle = screenPoint(canvas.width / 2, canvas.height / 2);
  const turns = ((((view.turns + quarters) % 4) + 4) % 4) as Turns;
  return keepInSight(holding(screenToImage(view, middle), middle, view.scale, turns), image, canvas);
}

/** The view that shows a point of the picture at a point of the canvas. */
function holding(point: ImagePoint, at: ScreenPoint, scale: number, turns: Turns): Viewport {
  const [x, y] = imageToScreen({ scale, left: 0, top: 0, turns }, point);
  return { scale, left: at[0] - x, top: at[1] - y, turns };
}

export const panBy = (view: Viewport, dx: number, dy: number, image: Size, canvas: Size): Viewport =>
  keepInSight({ ...view, left: view.left + dx, top: view.top + dy }, image, canvas);

/** Pushed back so far that some of the picture can be seen: after a pan, a zoom, or on another canvas. */
export function keepInSight(view: Viewport, image: Size, canvas: Size): Viewport {
  const shown = shownRect(view, { x: 0, y: 0, ...image });
  return {
    ...view,
    left: view.left + keepOnAxis(shown.x, shown.width, canvas.width) - shown.x,
    top: view.top + keepOnAxis(shown.y, shown.height, canvas.height) - shown.y,
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
