import type { RegionChange } from '$lib/domain/change';
import type { Rect, Size } from '$lib/domain/geometry';
import type { ImagePoint, RegionId } from '$lib/domain/ids';
import type { Region, RegionKind, RegionShape } from '$lib/domain/region';
import type { Hit } from '../hit-test';
import type { EditorOptions } from '../options';

/** Each kind of region has a drawing tool of the same name. */
export type ToolId = 'select' | RegionKind | 'pan';

export const isDrawingTool = (id: ToolId): id is RegionKind => id !== 'select' && id !== 'pan';

/** Pointer input in image pixels, with the distance of a pan in CSS pixels. */
export interface Pointer {
  readonly type: 'down' | 'move' | 'up';
  readonly at: ImagePoint;
  /** Distance since the last input, in CSS pixels. */
  readonly moved: readonly [dx: number, dy: number];
  /** Ctrl or Command is held, which adds to the selection. */
  readonly adds: boolean;
  /** Shift is held: resizing keeps the ratio, rotation goes in steps, and a drag selects with a band. */
  readonly isShift: boolean;
  /** Alt is held: resizing is about the centre, and a press selects the next region of a stack. */
  readonly isAlt: boolean;
  /** Largest distance at which a handle is hit, in CSS pixels; fingers need more. */
  readonly reach: number;
}

export type PointerInput =
  | Pointer
  /** Throws the gesture away. */
  | { readonly type: 'cancel' }
  /** The pointer is needed for something else (pinch zoom): only what this press began is thrown away. */
  | { readonly type: 'interrupt' };

export const isPointer = (input: PointerInput): input is Pointer =>
  input.type !== 'cancel' && input.type !== 'interrupt';

/** What tools can read and do in the editor. */
export interface EditorContext {
  readonly imageSize: Size;
  /** CSS pixels per image pixel. */
  readonly scale: number;
  readonly options: EditorOptions;
  region(id: RegionId): Region | undefined;
  readonly selection: ReadonlySet<RegionId>;
  /** The selected regions that a pointer can change. */
  readonly movable: readonly Region[];
  hit(at: ImagePoint, reach: number): Hit;
  /** Ids of all regions under a point, smallest first. */
  stack(at: ImagePoint, reach: number): readonly RegionId[];
  /** Ids of regions that lie entirely inside the rectangle. */
  within(rect: Rect): readonly RegionId[];
  /** The smallest open suggestion under a point. */
  suggestionAt(at: ImagePoint, reach: number): Region | null;
  focusSuggestion(id: RegionId): void;
  /** Makes a region with a new id from a suggestion, to be changed and committed. */
  makeRegion(suggestion: Region): Region;
  select(ids: Iterable<RegionId>): void;
  /** Selects one region of a stack, which is then hit before the smaller ones above it while it alone is selected. */
  prefer(id: RegionId): void;
  newRegionId(): RegionId;
  /** Makes a region as the person would draw it now, with the armed label. */
  newRegion(id: RegionId, shape: RegionShape): Region;
  /** Shows regions as they would be; an empty list ends the preview. */
  preview(regions: readonly Region[]): void;
  /** Shows a selection band, or the first corner of a box that is being drawn; null hides it. */
  sketch(sketch: Sketch | null): void;
  /** Commits the result of one gesture as one change, and ends the preview. */
  commit(change: RegionChange): void;
  /** Called when a region has been drawn completely. */
  regionDrawn(): void;
  pan(dx: number, dy: number): void;
}

/** What a gesture shows besides regions, in image pixels. */
export type Sketch =
  { readonly kind: 'band'; readonly rect: Rect } | { readonly kind: 'corner'; readonly at: ImagePoint };

/** Every state of a tool has a name. Between gestures a tool is `idle`. */
export interface ToolState {
  readonly name: string;
}

/** A tool is a pure value: its `handle` returns the next state for a state and an input. */
export interface Tool<State extends ToolState> {
  readonly id: ToolId;
  readonly idle: State;
  handle(state: State, input: PointerInput, editor: EditorContext): State;
}

/** A press becomes a drag after this many CSS pixels. */
const DRAG_THRESHOLD = 3;

export const isDrag = (from: ImagePoint, to: ImagePoint, scale: number): boolean =>
  Math.hypot(to[0] - from[0], to[1] - from[1]) * scale > DRAG_THRESHOLD;
