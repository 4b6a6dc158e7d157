import type { RegionChange } from '$lib/domain/change';
import type { Rect, Size } from '$lib/domain/geometry';
import type { ImagePoint, RegionId } from '$lib/domain/ids';
import type { Region, RegionKind, RegionShape } from '$lib/domain/region';
import type { Hit } from '../hit-test';
import type { EditorOptions } from '../options';

/** A kind of region is drawn by the tool of its name. */
export type ToolId = 'select' | RegionKind | 'pan';

export const isDrawingTool = (id: ToolId): id is RegionKind => id !== 'select' && id !== 'pan';

/** A pointer at work, already in image pixels. Screen distances of a pan come along in CSS pixels. */
export interface Pointer {
  readonly type: 'down' | 'move' | 'up';
  readonly at: ImagePoint;
  /** CSS pixels moved since the last input. */
  readonly moved: readonly [dx: number, dy: number];
  /** Ctrl or Command: adds to the selection. */
  readonly adds: boolean;
  /** Shift: keeps a ratio, whole steps of a turn, a band. */
  readonly isShift: boolean;
  /** Alt: about the centre, the next one in a stack. */
  readonly isAlt: boolean;
  /** How far from a handle still takes it, in CSS pixels: fingers need more. */
  readonly reach: number;
}

export type PointerInput =
  | Pointer
  /** The gesture is thrown away. */
  | { readonly type: 'cancel' }
  /** The pointer is needed for something else (two fingers zoom): what it began is forgotten, no more. */
  | { readonly type: 'interrupt' };

export const isPointer = (input: PointerInput): input is Pointer =>
  input.type !== 'cancel' && input.type !== 'interrupt';

/** What a tool may ask the editor for, and do in it. */
export interface EditorContext {
  readonly imageSize: Size;
  /** CSS pixels per image pixel. */
  readonly scale: number;
  readonly options: EditorOptions;
  region(id: RegionId): Region | undefined;
  readonly selection: ReadonlySet<RegionId>;
  /** The selected regions that a hand can change. */
  readonly movable: readonly Region[];
  hit(at: ImagePoint, reach: number): Hit;
  /** Everything under a point, smallest first. */
  stack(at: ImagePoint, reach: number): readonly RegionId[];
  /** Everything that lies wholly in a rectangle. */
  within(rect: Rect): readonly RegionId[];
  /** The model's suggestion under a point. */
  suggestionAt(at: ImagePoint, reach: number): Region | null;
  focusSuggestion(id: RegionId): void;
  /** A suggestion as a region of its own, to be changed and committed. */
  take(suggestion: Region): Region;
  select(ids: Iterable<RegionId>): void;
  /** One out of a stack: as long as it alone is selected, it comes before the smaller ones above it. */
  prefer(id: RegionId): void;
  newRegionId(): RegionId;
  /** A region as the person would draw it now: with the armed label. */
  newRegion(id: RegionId, shape: RegionShape): Region;
  /** Shows regions as they would be; empty: nothing is under way. */
  preview(regions: readonly Region[]): void;
  /** Shows a band that selects, or the first corner of what is being drawn; null: neither. */
  sketch(sketch: Sketch | null): void;
  /** One gesture, one change. Ends the preview. */
  commit(change: RegionChange): void;
  /** A region was drawn to its end. */
  drew(): void;
  pan(dx: number, dy: number): void;
}

/** What a gesture shows beside regions, in image pixels. */
export type Sketch =
  { readonly kind: 'band'; readonly rect: Rect } | { readonly kind: 'corner'; readonly at: ImagePoint };

/** What every state of a tool has: a name. Between gestures a tool is `idle`. */
export interface ToolState {
  readonly name: string;
}

/** A tool is a value: it turns its state and an input into its next state. */
export interface Tool<State extends ToolState> {
  readonly id: ToolId;
  readonly idle: State;
  handle(state: State, input: PointerInput, editor: EditorContext): State;
}

/** A press becomes a drag after this many CSS pixels. */
const DRAG_THRESHOLD = 3;

export const isDrag = (from: ImagePoint, to: ImagePoint, scale: number): boolean =>
  Math.hypot(to[0] - from[0], to[1] - from[1]) * scale > DRAG_THRESHOLD;
