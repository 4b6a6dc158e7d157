import Konva from 'konva';
import type { Size } from '$lib/domain/geometry';
import type { Region } from '$lib/domain/region';
import { activeScene, restingScene, type ByColor, type ColorOf, type RestingLayer } from './scene';
import { strokeRegions } from './screen/outlines';
import { drawOverlay } from './screen/overlay';
import { Pointers } from './screen/pointers';
import { changedBetween, placesOf, repair, touching } from './screen/repair';
import { drawSuggestions } from './screen/suggestions';
import type { EditorSession } from './session';
import { isDrawingTool } from './tools/tool';

// By default Konva redraws every layer in the frame after each change.
Konva.autoDrawEnabled = false;

/** At this scale and above, pixels are drawn as squares; below it they are smoothed. */
const SMOOTH_BELOW = 4;
/** With more resting regions than this, their outlines are drawn without the dark edge while the view moves. */
const MANY = 1500;
/** Time without changes after which the view counts as at rest, in milliseconds. */
const REST_MS = 120;

/**
 * Draws a session with Konva, which holds no state of its own. There are three layers: the picture, all resting
 * regions, and the overlay with what the pointer changes. The second is redrawn only when it has changed, so dragging
 * one of 10,000 boxes draws one. One stage shows picture after picture, because new canvases cost several frames each.
 */
export class Stage {
  #session: EditorSession;
  readonly #container: HTMLDivElement;
  readonly #konva: Konva.Stage;
  readonly #picture: Konva.Image;
  readonly #resting: Konva.Layer;
  readonly #overlay: Konva.Layer;
  #pointers: Pointers;
  #unsubscribe: () => void;
  #colorOf: ColorOf;
  readonly #stops: (() => void)[] = [];
  #frame = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #layers: readonly RestingLayer[] = [];
  /** The firm regions that the resting layer shows at present. */
  #still: ReadonlySet<Region> = new Set();
  #content: readonly unknown[] = [];
  #place: readonly unknown[] = [];
  /** True while the view is changing, and just after a picture came up. */
  #isMoving = false;
  #isResizing = false;

  constructor(container: HTMLDivElement, session: EditorSession, image: ImageBitmap, colorOf: ColorOf) {
    this.#container = container;
    this.#session = session;
    this.#colorOf = colorOf;
    this.#pointers = new Pointers(container, session, () => this.redraw());
    // The size is final from the start, because each change of size creates all canvases anew.
    const { clientWidth: width, clientHeight: height } = container;
    this.#konva = new Konva.Stage({ container, width, height, listening: false });
    this.#picture = new Konva.Image({ image, listening: false });
    this.#resting = layerOf((context) => this.#drawResting(context));
    this.#overlay = layerOf((context) => this.#drawOverlay(context));
    const pictureLayer = new Konva.Layer({ listening: false });
    pictureLayer.add(this.#picture);
    this.#konva.add(pictureLayer, this.#resting, this.#overlay);
    this.#watchSize();
    this.#watchPixels();
    this.#unsubscribe = session.subscribe(() => this.redraw());
  }

  /** Shows another picture and its session, in this frame. */
  show(session: EditorSession, image: ImageBitmap): void {
    if (session === this.#session) return;
    this.#unsubscribe();
    this.#pointers.destroy();
    this.#session = session;
    this.#pointers = new Pointers(this.#container, session, () => this.redraw());
    this.#unsubscribe = session.subscribe(() => this.redraw());
    this.#picture.image(image);
    this.#forget();
    session.camera.resize(this.#konva.size());
    this.drawNow();
  }

  /** Sets new label colours. */
  setColors(colorOf: ColorOf): void {
    if (colorOf === this.#colorOf) return;
    this.#colorOf = colorOf;
    this.#forget();
    this.redraw();
  }

  /** Forces the next draw to redraw every layer. */
  #forget(): void {
    this.#content = [];
    this.#place = [];
  }

  /** Schedules a draw for the next frame; repeated calls draw once. */
  redraw(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** Draws immediately, so that a new picture is visible in this frame. */
  drawNow(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#draw();
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#rest);
    this.#pointers.destroy();
    this.#unsubscribe();
    for (const stop of this.#stops) stop();
    this.#konva.destroy();
  }

  #draw(): void {
    const { document, selection, suggestions, tools } = this.#session;
    const { view } = this.#session.camera;
    const { options, preview } = tools;
    this.#followPixels();
    const place = [view, this.#konva.width(), this.#konva.height(), devicePixelRatio, options.isSmooth];
    const isPlaceNew = isOther(place, this.#place);
    if (isPlaceNew) {
      this.#place = place;
      this.#move();
      this.#drawPicture();
    }
    const content = [
      document.regions,
      selection.ids,
      selection.hidden,
      suggestions.open,
      suggestions.focused,
      preview.map(({ id }) => id).join(),
    ];
    const isContentNew = isOther(content, this.#content);
    this.#content = content;
    const changed = isContentNew ? this.#setScene() : [];
    if (isPlaceNew || changed === null) this.#resting.drawScene();
    else if (changed.length > 0) this.#repair(changed);
    this.#overlay.drawScene();
  }

  /** Updates the resting layers, and returns the regions to redraw; null means all. */
  #setScene(): readonly Region[] | null {
    const [layers, still] = [this.#layers, this.#still];
    this.#layers = restingScene(this.#session, this.#colorOf);
    this.#still = new Set(this.#layers.flatMap(({ look, regions }) => (look === 'firm' ? all(regions) : [])));
    const isFirmOnly = [layers, this.#layers].every((some) =>
      some.every(({ look, regions }) => look === 'firm' || regions.size === 0),
    );
    return isFirmOnly ? changedBetween(still, this.#still) : null;
  }

  /** See [Note: Repair]. */
  #repair(changed: readonly Region[]): void {
    const { view } = this.#session.camera;
    const places = placesOf(changed, view, devicePixelRatio);
    const context = this.#resting.getContext()._context;
    repair(context, places, () => {
      for (const { regions } of this.#layers) this.#strokeFirm(context, touching(regions, places, view));
    });
  }

  /** Marks the view as moving until it has not changed for a while; then everything is drawn in full. */
  #move(): void {
    this.#isMoving = true;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#isMoving = false;
      this.#session.document.store.prepare();
      if (this.#still.size > MANY) this.#resting.drawScene();
    }, REST_MS);
  }

  #drawPicture(): void {
    const { imageSize } = this.#session.document;
    const { view } = this.#session.camera;
    const { options } = this.#session.tools;
    this.#picture.position({ x: view.left, y: view.top });
    this.#picture.rotation(view.turns * 90);
    this.#picture.size({ width: imageSize.width * view.scale, height: imageSize.height * view.scale });
    const layer = this.#picture.getLayer()!;
    layer.imageSmoothingEnabled(options.isSmooth && view.scale < SMOOTH_BELOW);
    layer.drawScene();
    // Tests convert image pixels to screen pixels with these attributes.
    const { dataset } = this.#container;
    dataset['imageLeft'] = view.left.toFixed(4);
    dataset['imageTop'] = view.top.toFixed(4);
    dataset['imageScale'] = view.scale.toFixed(4);
  }

  #drawResting(context: CanvasRenderingContext2D): void {
    if (this.#isResizing) return;
    const { view } = this.#session.camera;
    for (const { look, regions } of this.#layers) {
      if (look !== 'firm') {
        drawSuggestions(context, regions, view, this.#konva.size(), look === 'next');
        continue;
      }
      this.#strokeFirm(context, regions);
    }
  }

  #strokeFirm(context: CanvasRenderingContext2D, regions: ByColor): void {
    const { view } = this.#session.camera;
    const canvas = this.#konva.size();
    if (!this.#isMoving || this.#still.size <= MANY)
      strokeRegions(context, all(regions), view, canvas, { color: 'rgba(0, 0, 0, 0.55)', width: 3.5 });
    for (const [color, same] of regions) strokeRegions(context, same, view, canvas, { color, width: 1.75 });
  }

  #drawOverlay(context: CanvasRenderingContext2D): void {
    if (this.#isResizing) return;
    const { view } = this.#session.camera;
    const { options, current } = this.#session.tools;
    drawOverlay(context, activeScene(this.#session, this.#colorOf), {
      view,
      canvas: this.#konva.size(),
      isForFinger: this.#pointers.kind === 'touch',
      crosshair: options.showsCrosshair && isDrawingTool(current) ? this.#pointers.at : null,
    });
  }

  #watchSize(): void {
    const observer = new ResizeObserver(() => this.#resize());
    observer.observe(this.#container);
    this.#stops.push(() => observer.disconnect());
  }

  /** Follows `devicePixelRatio`, which changes with the monitor and with the browser's zoom. */
  #watchPixels(): void {
    const over = new AbortController();
    const follow = (): void => {
      this.#resize();
      const now = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
      now.addEventListener('change', follow, { once: true, signal: over.signal });
    };
    this.#stops.push(() => over.abort());
    follow();
  }

  /** Without the flag Konva would draw everything for the new width and again for the new height. */
  #setSize(size: Size): void {
    this.#isResizing = true;
    this.#konva.size(size);
    this.#isResizing = false;
  }

  #followPixels(): void {
    for (const layer of this.#konva.getLayers())
      if (layer.getCanvas().getPixelRatio() !== devicePixelRatio)
        layer.getCanvas().setPixelRatio(devicePixelRatio);
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#container;
    if (width === 0 || height === 0) return;
    const isOther = width !== this.#konva.width() || height !== this.#konva.height();
    if (isOther) this.#setSize({ width, height });
    this.#session.camera.resize({ width, height });
    // An observer first reports the size that is known already.
    if (isOther || this.#place.length === 0) this.drawNow();
    else this.redraw();
  }
}

function layerOf(draw: (context: CanvasRenderingContext2D) => void): Konva.Layer {
  const layer = new Konva.Layer({ listening: false });
  layer.add(new Konva.Shape({ listening: false, sceneFunc: (context) => draw(context._context) }));
  return layer;
}

const all = (regions: ByColor): readonly Region[] => [...regions.values()].flat();

const isOther = (now: readonly unknown[], before: readonly unknown[]): boolean =>
  now.some((part, at) => part !== before[at]);
