import type { RegionChange } from '$lib/domain/change';
import type { Rect, Size } from '$lib/domain/geometry';
import type { ImagePoint, RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import type { Hit } from '../hit-test';

export type ToolId = 'select' | 'box' | 'pan';

/** What a pointer did, already in image pixels. Screen distances of a pan come along in CSS pixels. */
export type PointerInput =
  | {
      readonly type: 'down' | 'move' | 'up';
      readonly at: ImagePoint;
      /** CSS pixels moved since the last input. */
      readonly moved: readonly [dx: number, dy: number];
      /** Ctrl or Command: adds to the selection. */
      readonly adds: boolean;
      /** How far from a handle still takes it, in CSS pixels: fingers need more. */
      readonly reach: number;
    }
  | { readonly type: 'cancel' };

/** What a tool may ask of the editor, and tell it. */
export interface EditorHandle {
  readonly imageSize: Size;
  /** CSS pixels per image pixel. */
  readonly scale: number;
  region(id: RegionId): Region | undefined;
  readonly selection: ReadonlySet<RegionId>;
  hit(at: ImagePoint, reach: number): Hit;
  select(ids: Iterable<RegionId>): void;
  newRegionId(): RegionId;
  /** A box as the person would draw it now: with the armed label. */
  newBox(id: RegionId, rect: Rect): Region;
  /** Shows regions as they would be; empty: nothing is under way. */
  preview(regions: readonly Region[]): void;
  /** One gesture, one change. Ends the preview. */
  commit(change: RegionChange): void;
  /** A region was drawn to its end. */
  drew(): void;
  pan(dx: number, dy: number): void;
}

/** What every state of a tool has: a name. Between gestures a tool is `idle`. */
export interface ToolState {
  readonly name: string;
}

/** A tool is a value: it turns its state and an input into its next state. */
export interface Tool<State extends ToolState> {
  readonly id: ToolId;
  readonly idle: State;
  handle(state: State, input: PointerInput, editor: EditorHandle): State;
}

/** A press becomes a drag after this many CSS pixels. */
const DRAG_THRESHOLD = 3;

export const isDrag = (from: ImagePoint, to: ImagePoint, scale: number): boolean =>
  Math.hypot(to[0] - from[0], to[1] - from[1]) * scale > DRAG_THRESHOLD;
