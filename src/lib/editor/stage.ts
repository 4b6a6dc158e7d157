import { screenPoint, type ScreenPoint } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import { BOX_HANDLES, handlePoint, type BoxHandle } from '$lib/domain/regions/box';
import Konva from 'konva';
import { activeScene, restingScene, type ByColor, type ColorOf } from './scene';
import type { EditorSession } from './session';
import type { PointerInput } from './tools/tool';

/** Above this scale pixels are shown as squares, below it smoothly. */
const SMOOTH_BELOW = 4;
/** How near a handle a press takes it, in CSS pixels. */
const REACH: Readonly<Record<string, number>> = { mouse: 8, pen: 12, touch: 22 };
const HANDLE_SIDE = 9;

const CURSORS: Readonly<Record<BoxHandle, string>> = {
  nw: 'nwse-resize',
  se: 'nwse-resize',
  ne: 'nesw-resize',
  sw: 'nesw-resize',
  n: 'ns-resize',
  s: 'ns-resize',
  e: 'ew-resize',
  w: 'ew-resize',
};

/**
 * Draws a session with Konva and turns pointer events into its input; Konva is told, never asked. Three
 * layers: the picture; all resting boxes in one batched shape; what is under the hand. The second is drawn
 * anew only when it changed, so dragging one of 10,000 boxes draws one.
 */
export class Stage {
  readonly #session: EditorSession;
  readonly #container: HTMLDivElement;
  readonly #konva: Konva.Stage;
  readonly #picture: Konva.Image;
  readonly #resting: Konva.Layer;
  readonly #overlay: Konva.Layer;
  readonly #colorOf: ColorOf;
  readonly #stops: (() => void)[] = [];
  readonly #pointers = new Map<number, ScreenPoint>();
  #frame = 0;
  #boxes: ByColor = new Map();
  #drawn: readonly unknown[] = [];
  #last: ScreenPoint | null = null;
  /** Where the pointer is over the canvas. */
  #pointer: ScreenPoint | null = null;
  /** The middle button is held: it pans whatever the tool. */
  #isButtonPan = false;

  constructor(container: HTMLDivElement, session: EditorSession, image: ImageBitmap, colorOf: ColorOf) {
    this.#container = container;
    this.#session = session;
    this.#colorOf = colorOf;
    this.#konva = new Konva.Stage({ container, width: 1, height: 1, listening: false });
    this.#picture = new Konva.Image({ image, listening: false });
    this.#resting = new Konva.Layer({ listening: false });
    this.#overlay = new Konva.Layer({ listening: false });
    const pictureLayer = new Konva.Layer({ listening: false });
    pictureLayer.add(this.#picture);
    this.#resting.add(
      new Konva.Shape({ listening: false, sceneFunc: (context) => this.#drawResting(context._context) }),
    );
    this.#overlay.add(
      new Konva.Shape({ listening: false, sceneFunc: (context) => this.#drawOverlay(context._context) }),
    );
    this.#konva.add(pictureLayer, this.#resting, this.#overlay);
    this.#watchSize();
    this.#watchPixels();
    this.#watchPointer();
    this.#stops.push(session.subscribe(() => this.redraw()));
  }

  /** Draws in the next frame, once, however often it is asked. */
  redraw(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** Draws now: a picture that is shown for the first time is there in this frame. */
  drawNow(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#draw();
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    for (const stop of this.#stops) stop();
    this.#konva.destroy();
  }

  #draw(): void {
    const { view, imageSize, options } = this.#session;
    this.#picture.position({ x: view.left, y: view.top });
    this.#picture.size({ width: imageSize.width * view.scale, height: imageSize.height * view.scale });
    const layer = this.#picture.getLayer()!;
    layer.imageSmoothingEnabled(options.isSmooth && view.scale < SMOOTH_BELOW);
    const { regions, selection, preview, hidden } = this.#session;
    const underWay = preview.map((region) => region.id).join();
    const place = [
      view,
      this.#konva.width(),
      this.#konva.height(),
      layer.getCanvas().getPixelRatio(),
      options.isSmooth,
    ];
    const next = [...place, regions, selection, hidden, underWay];
    if (place.some((part, at) => part !== this.#drawn[at])) layer.draw();
    if (next.some((part, at) => part !== this.#drawn[at])) {
      this.#boxes = restingScene(this.#session, this.#colorOf);
      this.#resting.draw();
    }
    this.#drawn = next;
    this.#overlay.draw();
    this.#describe();
  }

  /** Tests turn picture pixels into screen pixels with these. */
  #describe(): void {
    const { view } = this.#session;
    const { dataset } = this.#container;
    dataset['imageLeft'] = view.left.toFixed(4);
    dataset['imageTop'] = view.top.toFixed(4);
    dataset['imageScale'] = view.scale.toFixed(4);
  }

  #drawResting(context: CanvasRenderingContext2D): void {
    const all = [...this.#boxes.values()].flat();
    this.#outline(context, all, 'rgba(0, 0, 0, 0.55)', 3.5);
    for (const [color, regions] of this.#boxes) this.#outline(context, regions, color, 1.75);
  }

  #drawOverlay(context: CanvasRenderingContext2D): void {
    const { marked, withHandles } = activeScene(this.#session, this.#colorOf);
    const all = [...marked.values()].flat();
    context.globalAlpha = 0.18;
    for (const [color, regions] of marked) {
      context.fillStyle = color;
      for (const region of regions) context.fillRect(...this.#onScreen(region));
    }
    context.globalAlpha = 1;
    this.#outline(context, all, 'rgba(0, 0, 0, 0.65)', 5);
    this.#outline(context, all, '#ffffff', 3.5);
    for (const [color, regions] of marked) this.#outline(context, regions, color, 2);
    for (const [color, regions] of withHandles)
      for (const region of regions)
        for (const handle of BOX_HANDLES) this.#drawHandle(context, region, handle, color);
    this.#drawCrosshair(context);
  }

  /** Two thin lines through the pointer, dark beside light, while a box is to be drawn. */
  #drawCrosshair(context: CanvasRenderingContext2D): void {
    const { options, tool } = this.#session;
    if (!options.showsCrosshair || tool !== 'box' || !this.#pointer) return;
    const [x, y] = this.#pointer.map(Math.round) as [number, number];
    const [width, height] = [this.#konva.width(), this.#konva.height()];
    for (const [shift, color] of [
      [1, 'rgba(0, 0, 0, 0.6)'],
      [0, 'rgba(255, 255, 255, 0.9)'],
    ] as const) {
      context.fillStyle = color;
      context.fillRect(x + shift, 0, 1, height);
      context.fillRect(0, y + shift, width, 1);
    }
  }

  #drawHandle(context: CanvasRenderingContext2D, region: Region, handle: BoxHandle, color: string): void {
    const { view } = this.#session;
    const [x, y] = handlePoint(region, handle);
    const side = HANDLE_SIDE;
    context.fillStyle = '#ffffff';
    context.strokeStyle = color;
    context.lineWidth = 2;
    context.beginPath();
    context.rect(view.left + x * view.scale - side / 2, view.top + y * view.scale - side / 2, side, side);
    context.fill();
    context.stroke();
  }

  #outline(
    context: CanvasRenderingContext2D,
    regions: readonly Region[],
    color: string,
    width: number,
  ): void {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    for (const region of regions) context.rect(...this.#onScreen(region));
    context.stroke();
  }

  #onScreen({ x, y, width, height }: Region): readonly [x: number, y: number, width: number, height: number] {
    const { scale, left, top } = this.#session.view;
    return [left + x * scale, top + y * scale, width * scale, height * scale];
  }

  #watchSize(): void {
    const observer = new ResizeObserver(() => this.#resize());
    observer.observe(this.#container);
    this.#stops.push(() => observer.disconnect());
  }

  /** Another monitor, or another zoom of the browser, has other pixels to a CSS pixel. */
  #watchPixels(): void {
    const over = new AbortController();
    const follow = (): void => {
      for (const layer of this.#konva.getLayers()) layer.getCanvas().setPixelRatio(devicePixelRatio);
      this.#resize();
      const now = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
      now.addEventListener('change', follow, { once: true, signal: over.signal });
    };
    this.#stops.push(() => over.abort());
    follow();
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#container;
    if (width === 0 || height === 0) return;
    this.#konva.size({ width, height });
    this.#session.resizeCanvas({ width, height });
    this.drawNow();
  }

  #watchPointer(): void {
    this.#listen('pointerdown', (event) => this.#down(event));
    this.#listen('pointermove', (event) => this.#move(event));
    this.#listen('pointerup', (event) => this.#up(event));
    this.#listen('pointercancel', (event) => this.#cancel(event));
    this.#listen('pointerleave', () => {
      this.#pointer = null;
      this.#session.hoverAt(null, 0);
      if (this.#session.options.showsCrosshair) this.redraw();
    });
    this.#listen('wheel', (event) => this.#wheel(event));
  }

  #listen<
    Name extends 'pointerdown' | 'pointermove' | 'pointerup' | 'pointercancel' | 'pointerleave' | 'wheel',
  >(name: Name, listener: (event: HTMLElementEventMap[Name]) => void): void {
    this.#container.addEventListener(name, listener, { passive: false });
    this.#stops.push(() => this.#container.removeEventListener(name, listener));
  }

  #down(event: PointerEvent): void {
    if (event.button > 1) return;
    event.preventDefault();
    this.#container.focus({ preventScroll: true });
    this.#container.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, this.#point(event));
    if (this.#pointers.size > 1) {
      // A second finger turns the gesture into zoom and pan; what the first one began is forgotten.
      this.#session.pointer({ type: 'cancel' });
      return;
    }
    this.#last = this.#point(event);
    if (event.button === 1) {
      this.#isButtonPan = true;
      this.#session.setTemporaryTool('pan');
    }
    this.#session.pointer(this.#input('down', event));
  }

  #move(event: PointerEvent): void {
    this.#pointer = this.#point(event);
    if (this.#session.options.showsCrosshair) this.redraw();
    if (this.#pointers.size > 1) {
      this.#pinch(event);
      return;
    }
    if (this.#pointers.has(event.pointerId)) {
      this.#session.pointer(this.#input('move', event));
      this.#last = this.#point(event);
      return;
    }
    const hit = this.#session.hoverAt(this.#session.toImage(this.#point(event)), reachOf(event));
    const { tool } = this.#session;
    const overRegion = hit.on === 'handle' ? CURSORS[hit.handle] : hit.on === 'region' ? 'move' : 'default';
    this.#container.style.cursor = tool === 'pan' ? 'grab' : tool === 'box' ? 'crosshair' : overRegion;
  }

  #up(event: PointerEvent): void {
    const wasPinch = this.#pointers.size > 1;
    if (!this.#pointers.delete(event.pointerId) || wasPinch) return;
    this.#session.pointer(this.#input('up', event));
    this.#last = null;
    this.#endButtonPan();
  }

  #cancel(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
    this.#session.pointer({ type: 'cancel' });
    this.#endButtonPan();
  }

  /** Not by the button of the last event: with two held, that one need not be the middle one. */
  #endButtonPan(): void {
    if (!this.#isButtonPan) return;
    this.#isButtonPan = false;
    this.#session.setTemporaryTool(null);
  }

  /** Two fingers: the point between them stays under them, their distance is the zoom. */
  #pinch(event: PointerEvent): void {
    const before = [...this.#pointers.values()];
    if (!this.#pointers.has(event.pointerId) || before.length !== 2) return;
    this.#pointers.set(event.pointerId, this.#point(event));
    const after = [...this.#pointers.values()];
    const middle = ([a, b]: ScreenPoint[]) => screenPoint((a![0] + b![0]) / 2, (a![1] + b![1]) / 2);
    const distance = ([a, b]: ScreenPoint[]) => Math.max(1, Math.hypot(a![0] - b![0], a![1] - b![1]));
    const [from, to] = [middle(before), middle(after)];
    this.#session.pan(to[0] - from[0], to[1] - from[1]);
    this.#session.zoom(distance(after) / distance(before), to);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    this.#session.zoom(Math.exp((-event.deltaY * lines) / 400), this.#point(event));
  }

  #input(type: 'down' | 'move' | 'up', event: PointerEvent): PointerInput {
    const point = this.#point(event);
    const last = this.#last ?? point;
    return {
      type,
      at: this.#session.toImage(point),
      moved: [point[0] - last[0], point[1] - last[1]],
      adds: event.ctrlKey || event.metaKey,
      reach: reachOf(event),
    };
  }

  #point(event: MouseEvent): ScreenPoint {
    const { left, top } = this.#container.getBoundingClientRect();
    return screenPoint(event.clientX - left, event.clientY - top);
  }
}

const reachOf = (event: PointerEvent): number => REACH[event.pointerType] ?? 8;
