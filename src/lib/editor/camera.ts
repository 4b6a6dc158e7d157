import type { Rect, Size } from '$lib/domain/geometry';
import { screenPoint, type ImagePoint, type ScreenPoint } from '$lib/domain/ids';
import {
  centred,
  fit,
  keepInSight,
  panBy,
  screenToImage,
  turnedBy,
  visiblePart,
  zoomAbout,
  zoomedTo,
  type Viewport,
} from './viewport';

/** Where the picture lies on a canvas of some size. A fitted picture stays fitted when the canvas changes. */
export class Camera {
  readonly #image: Size;
  readonly #notify: () => void;
  #canvas: Size = { width: 1, height: 1 };
  #view: Viewport | null = null;
  #isFitted = true;

  constructor(image: Size, notify: () => void) {
    this.#image = image;
    this.#notify = notify;
  }

  get view(): Viewport {
    return (this.#view ??= fit(this.#image, this.#canvas));
  }
  get canvas(): Size {
    return this.#canvas;
  }
  /** The part of the picture that is seen, in image pixels. */
  get seen(): Rect {
    return visiblePart(this.view, this.#image, this.#canvas);
  }
  get #middle(): ScreenPoint {
    return screenPoint(this.#canvas.width / 2, this.#canvas.height / 2);
  }

  toImage(point: ScreenPoint): ImagePoint {
    return screenToImage(this.view, point);
  }

  resize(canvas: Size): void {
    this.#canvas = canvas;
    if (this.#isFitted) this.fit();
    else this.#look(keepInSight(this.view, this.#image, canvas));
  }
  fit(): void {
    this.#look(fit(this.#image, this.#canvas, this.view.turns), true);
  }
  actualSize(): void {
    this.#look(centred(this.#image, this.#canvas, 1, this.view.turns));
  }
  zoomTo(part: Rect): void {
    this.#look(zoomedTo(part, this.#image, this.#canvas, this.view.turns));
  }
  /** About a point of the canvas; null: its middle. */
  zoom(factor: number, about: ScreenPoint | null = null): void {
    this.#look(zoomAbout(this.view, about ?? this.#middle, factor, this.#image, this.#canvas));
  }
  /** In CSS pixels. */
  pan(dx: number, dy: number): void {
    this.#look(panBy(this.view, dx, dy, this.#image, this.#canvas));
  }
  turn(quarters: number): void {
    const wasFitted = this.#isFitted;
    this.#look(turnedBy(this.view, quarters, this.#image, this.#canvas));
    if (wasFitted) this.fit();
  }

  #look(view: Viewport, isFitted = false): void {
    this.#view = view;
    this.#isFitted = isFitted;
    this.#notify();
  }
}
