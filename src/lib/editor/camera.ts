import type { Rect, Size } from '$lib/domain/geometry';
import { screenPoint, type ImagePoint, type ScreenPoint } from '$lib/domain/ids';
import {
  centred,
  fit,
  keepVisible,
  panBy,
  screenToImage,
  rotateView,
  visiblePart,
  zoomAbout,
  zoomedTo,
  type Viewport,
} from './viewport';

/** Maps the picture to a canvas of some size. A picture that was fitted is fitted again when the canvas changes. */
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
  /** The part of the picture that the canvas shows, in image pixels. */
  get visiblePart(): Rect {
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
    else this.#setView(keepVisible(this.view, this.#image, canvas));
  }
  fit(): void {
    this.#setView(fit(this.#image, this.#canvas, this.view.turns), true);
  }
  actualSize(): void {
    this.#setView(centred(this.#image, this.#canvas, 1, this.view.turns));
  }
  zoomTo(part: Rect): void {
    this.#setView(zoomedTo(part, this.#image, this.#canvas, this.view.turns));
  }
  /** Zooms about a point of the canvas; null means its middle. */
  zoom(factor: number, about: ScreenPoint | null = null): void {
    this.#setView(zoomAbout(this.view, about ?? this.#middle, factor, this.#image, this.#canvas));
  }
  /** Moves the picture by a distance in CSS pixels. */
  pan(dx: number, dy: number): void {
    this.#setView(panBy(this.view, dx, dy, this.#image, this.#canvas));
  }
  rotate(quarters: number): void {
    const wasFitted = this.#isFitted;
    this.#setView(rotateView(this.view, quarters, this.#image, this.#canvas));
    if (wasFitted) this.fit();
  }

  #setView(view: Viewport, isFitted = false): void {
    this.#view = view;
    this.#isFitted = isFitted;
    this.#notify();
  }
}
