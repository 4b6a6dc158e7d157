import { screenPoint, type ScreenPoint } from '$lib/domain/ids';
import { PalmGuard } from '../palm';
import type { EditorSession } from '../session';
import type { Pointer } from '../tools/tool';
import { cursorFor } from './cursors';

export type PointerKind = 'mouse' | 'pen' | 'touch';

/** Largest distance at which a press hits a handle, in CSS pixels; for a finger the target is 44 pixels across. */
const REACH: Readonly<Record<PointerKind, number>> = { mouse: 8, pen: 12, touch: 22 };

const kindOf = ({ pointerType }: PointerEvent): PointerKind =>
  pointerType === 'pen' || pointerType === 'touch' ? pointerType : 'mouse';

/** Turns the pointer and wheel events of a container into input for a session. */
export class Pointers {
  readonly #session: EditorSession;
  readonly #container: HTMLElement;
  readonly #moved: () => void;
  readonly #over = new AbortController();
  readonly #palm = new PalmGuard();
  /** The pointers that are down, with their last positions. */
  readonly #down = new Map<number, { readonly kind: PointerKind; readonly at: ScreenPoint }>();
  #last: ScreenPoint | null = null;
  /** The middle button is held, which pans with any tool. */
  #isButtonPan = false;
  /** Position of the pointer that hovers or draws; null if there is none. */
  at: ScreenPoint | null = null;
  kind: PointerKind = 'mouse';

  /** `moved` is called when `at` or `kind` has changed. */
  constructor(container: HTMLElement, session: EditorSession, moved: () => void) {
    this.#container = container;
    this.#session = session;
    this.#moved = moved;
    this.#listen('pointerdown', (event) => this.#press(event));
    this.#listen('pointermove', (event) => this.#move(event));
    this.#listen('pointerup', (event) => this.#lift(event));
    this.#listen('pointercancel', (event) => this.#cancel(event));
    this.#listen('pointerleave', () => this.#leave());
    this.#listen('wheel', (event) => this.#wheel(event));
  }

  destroy(): void {
    this.#over.abort();
  }

  #listen<Name extends keyof HTMLElementEventMap>(
    name: Name,
    listener: (event: HTMLElementEventMap[Name]) => void,
  ): void {
    this.#container.addEventListener(name, listener, { passive: false, signal: this.#over.signal });
  }

  #press(event: PointerEvent): void {
    if (event.button > 1) return;
    event.preventDefault();
    this.#container.focus({ preventScroll: true });
    this.#record(event);
    const kind = kindOf(event);
    if (kind === 'touch' && this.#palm.fingerUse(event.timeStamp) === 'nothing') return;
    if (kind === 'pen') this.#dropFingers();
    this.#container.setPointerCapture(event.pointerId);
    this.#down.set(event.pointerId, { kind, at: this.#point(event) });
    if (this.#down.size > 1) {
      // A second finger turns the gesture into pinch zoom, and the tool's gesture is interrupted.
      this.#session.tools.pointer({ type: 'interrupt' });
      return;
    }
    if (this.#isForViewOnly(event)) return;
    this.#last = this.#point(event);
    if (event.button === 1) {
      this.#isButtonPan = true;
      this.#session.tools.setTemporaryTool('pan');
    }
    this.#session.tools.pointer(this.#input('down', event));
  }

  #move(event: PointerEvent): void {
    this.#record(event);
    const isDown = this.#down.has(event.pointerId);
    if (this.#down.size > 1) {
      if (isDown) this.#pinch(event);
      return;
    }
    if (isDown) {
      if (this.#isForViewOnly(event)) return;
      this.#session.tools.pointer(this.#input('move', event));
      this.#last = this.#point(event);
      return;
    }
    if (this.#down.size > 0 || kindOf(event) === 'touch') return;
    if (this.#session.tools.isPlacing) this.#session.tools.pointer(this.#input('move', event));
    const hit = this.#session.picker.hoverAt(
      this.#session.camera.toImage(this.#point(event)),
      REACH[kindOf(event)],
    );
    this.#container.style.cursor = cursorFor(
      this.#session.tools.current,
      hit,
      this.#session.camera.view.turns,
    );
  }

  #lift(event: PointerEvent): void {
    const wasPinch = this.#down.size > 1;
    if (!this.#down.delete(event.pointerId) || wasPinch) return;
    if (!this.#isForViewOnly(event)) this.#session.tools.pointer(this.#input('up', event));
    this.#last = null;
    this.#endButtonPan();
  }

  #cancel(event: PointerEvent): void {
    if (!this.#down.delete(event.pointerId)) return;
    this.#session.tools.pointer({ type: 'interrupt' });
    this.#endButtonPan();
  }

  #leave(): void {
    this.at = null;
    this.#session.picker.hoverAt(null, 0);
    this.#moved();
  }

  /** Records the pointer's position and kind, and when a pen was last seen. */
  #record(event: PointerEvent): void {
    const kind = kindOf(event);
    if (kind === 'pen') this.#palm.penSeen(event.timeStamp);
    if (kind === 'touch' && this.#palm.fingerUse(event.timeStamp) === 'nothing') return;
    this.at = this.#point(event);
    this.kind = kind;
    this.#moved();
  }

  /** A finger only moves the view while a pen is in use. */
  #isForViewOnly(event: PointerEvent): boolean {
    return kindOf(event) === 'touch' && this.#palm.fingerUse(event.timeStamp) !== 'all';
  }

  /** When a pen comes down, all fingers on the screen belong to the hand that holds it. */
  #dropFingers(): void {
    for (const [id, { kind }] of this.#down) if (kind === 'touch') this.#down.delete(id);
    this.#session.tools.pointer({ type: 'interrupt' });
  }

  /** Ends the pan whatever button the event names: of two held buttons, the last one released may be another. */
  #endButtonPan(): void {
    if (!this.#isButtonPan) return;
    this.#isButtonPan = false;
    this.#session.tools.setTemporaryTool(null);
  }

  /** Pinch: the point between two fingers stays under them, and their distance sets the zoom. */
  #pinch(event: PointerEvent): void {
    if (this.#down.size !== 2) return;
    const before = [...this.#down.values()].map(({ at }) => at);
    this.#down.set(event.pointerId, { kind: kindOf(event), at: this.#point(event) });
    const after = [...this.#down.values()].map(({ at }) => at);
    const middle = ([a, b]: ScreenPoint[]) => screenPoint((a![0] + b![0]) / 2, (a![1] + b![1]) / 2);
    const distance = ([a, b]: ScreenPoint[]) => Math.max(1, Math.hypot(a![0] - b![0], a![1] - b![1]));
    const [from, to] = [middle(before), middle(after)];
    this.#session.camera.pan(to[0] - from[0], to[1] - from[1]);
    this.#session.camera.zoom(distance(after) / distance(before), to);
  }

  /** Zooms with the wheel. A touchpad pinch arrives as a wheel event with Ctrl and smaller steps. */
  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const finer = event.ctrlKey ? 4 : 1;
    this.#session.camera.zoom(Math.exp((-event.deltaY * lines * finer) / 400), this.#point(event));
  }

  #input(type: 'down' | 'move' | 'up', event: PointerEvent): Pointer {
    const point = this.#point(event);
    const last = this.#last ?? point;
    return {
      type,
      at: this.#session.camera.toImage(point),
      moved: [point[0] - last[0], point[1] - last[1]],
      adds: event.ctrlKey || event.metaKey,
      isShift: event.shiftKey,
      isAlt: event.altKey,
      reach: REACH[kindOf(event)],
    };
  }

  #point(event: MouseEvent): ScreenPoint {
    const { left, top } = this.#container.getBoundingClientRect();
    return screenPoint(event.clientX - left, event.clientY - top);
  }
}
