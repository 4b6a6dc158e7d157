import type { Pen, Rect, Size } from '$lib/domain/geometry';
import type { ImagePoint } from '$lib/domain/ids';
import { operationsOf, type Region } from '$lib/domain/region';
import { imageToScreen, shownRect, type Viewport } from '../viewport';

export interface Stroke {
  readonly color: string;
  /** In CSS pixels. */
  readonly width: number;
}

/** In CSS pixels. */
const DOT_RADIUS = 5;

/**
 * Draws the outlines of regions one by one: measured with 10,000 boxes, single `strokeRect`s take a tenth of the time
 * of one path with all of them. Regions outside the canvas are skipped.
 */
export function strokeRegions(
  context: CanvasRenderingContext2D,
  regions: Iterable<Region>,
  view: Viewport,
  canvas: Size,
  { color, width }: Stroke,
): void {
  context.strokeStyle = color;
  context.lineWidth = width;
  const pen = new ScreenPen(context, view, canvas, false);
  for (const region of regions) operationsOf(region).trace(region, pen);
}

export function fillRegions(
  context: CanvasRenderingContext2D,
  regions: Iterable<Region>,
  view: Viewport,
  canvas: Size,
  color: string,
): void {
  context.fillStyle = color;
  const pen = new ScreenPen(context, view, canvas, true);
  for (const region of regions) operationsOf(region).trace(region, pen);
}

/** Converts outlines from image pixels to CSS pixels and draws them on a canvas. */
class ScreenPen implements Pen {
  constructor(
    readonly context: CanvasRenderingContext2D,
    readonly view: Viewport,
    readonly canvas: Size,
    readonly fills: boolean,
  ) {}

  rect(rect: Rect): void {
    const { x, y, width, height } = shownRect(this.view, rect);
    if (x > this.canvas.width || y > this.canvas.height || x + width < 0 || y + height < 0) return;
    if (this.fills) this.context.fillRect(x, y, width, height);
    else this.context.strokeRect(x, y, width, height);
  }

  polygon(points: readonly ImagePoint[]): void {
    this.context.beginPath();
    for (const point of points) {
      const [x, y] = imageToScreen(this.view, point);
      this.context.lineTo(x, y);
    }
    this.context.closePath();
    this.#end();
  }

  dot(at: ImagePoint): void {
    const [x, y] = imageToScreen(this.view, at);
    this.context.beginPath();
    this.context.arc(x, y, DOT_RADIUS, 0, 2 * Math.PI);
    this.#end();
  }

  #end(): void {
    if (this.fills) this.context.fill();
    else this.context.stroke();
  }
}
