import { rectBetween } from '$lib/domain/geometry';
import type { ImagePoint, RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import { difference } from '../difference';
import type { Hit } from '../hit-test';
import { moveTogether } from '../move-together';
import {
  beginResize,
  beginRotate,
  resized,
  rotated,
  type Resizing,
  type Rotating,
} from './resize-and-rotate';
import { isDrag, isPointer, type EditorContext, type Pointer, type Tool } from './tool';

export type SelectState =
  | { readonly name: 'idle' }
  /** `on` is the region under the press; null if there is none or a selection band is wanted (Shift). */
  | {
      readonly name: 'pointing';
      readonly from: ImagePoint;
      readonly on: RegionId | null;
      readonly before: readonly RegionId[];
    }
  | { readonly name: 'moving'; readonly from: ImagePoint }
  /** The pointer is down on a suggestion. Without a drag the suggestion is only focused. */
  | { readonly name: 'considering'; readonly from: ImagePoint; readonly suggestion: Region }
  /** A suggestion is being moved, which accepts it. */
  | { readonly name: 'taking'; readonly from: ImagePoint; readonly region: Region }
  | Resizing
  | Rotating
  /** `before` is the selection before the press; with `adds` it stays selected. */
  | {
      readonly name: 'banding';
      readonly from: ImagePoint;
      readonly before: readonly RegionId[];
      readonly adds: boolean;
    };

const IDLE: SelectState = { name: 'idle' };

/**
 * Selects, moves, resizes and rotates.
 *
 *   idle --down on a handle---> resizing or rotating --up--> idle (one change)
 *   idle --down on a region---> pointing (selected) --move past threshold--> moving --up--> idle (one change)
 *   idle --down on a suggestion> considering --move past threshold--> taking --up--> idle (one change)
 *   idle --down on nothing----> pointing (nothing selected) --move past threshold--> banding --up--> idle
 *   with Shift a region is as good as nothing; with Alt the next one of a stack is taken; with Ctrl it is added
 *   any  --cancel or interrupt--> idle (as before)
 */
export const selectTool: Tool<SelectState> = {
  id: 'select',
  idle: IDLE,
  handle(state, input, editor) {
    if (!isPointer(input)) {
      if (state.name === 'banding' || (state.name === 'pointing' && state.on === null))
        editor.select(state.before);
      editor.preview([]);
      editor.sketch(null);
      return IDLE;
    }
    switch (state.name) {
      case 'idle':
        return input.type === 'down' ? press(input, editor) : state;
      case 'pointing':
        if (isDrag(state.from, input.at, editor.scale)) return drag(state, input, editor);
        return input.type === 'up' ? click(state, input, editor) : state;
      case 'considering':
        return consider(state, input, editor);
      case 'taking':
        return take(state, input, editor);
      case 'moving':
        return change(moved(state.from, input.at, editor), state, input, editor);
      case 'resizing':
        return change(resized(state, input, editor), state, input, editor);
      case 'rotating':
        return change(rotated(state, input, editor), state, input, editor);
      case 'banding':
        return band(state, input, editor);
    }
  },
};

function press(input: Pointer, editor: EditorContext): SelectState {
  const hit = hitOf(input, editor);
  if (hit.on === 'handle') return beginResize(hit.id, hit.handle, input.at, editor);
  if (hit.on === 'rotate') return beginRotate(hit.id, input.at, editor);
  const pointing: SelectState = { name: 'pointing', from: input.at, on: null, before: [...editor.selection] };
  if (input.isAlt) {
    const next = nextInStack(input, editor);
    if (next === null) return pointing;
    editor.prefer(next);
    return { ...pointing, on: next };
  }
  const suggestion =
    hit.on === 'nothing' && !input.isShift ? editor.suggestionAt(input.at, input.reach) : null;
  if (suggestion !== null) {
    editor.focusSuggestion(suggestion.id);
    return { name: 'considering', from: input.at, suggestion };
  }
  if (hit.on === 'nothing' || input.isShift) {
    if (!input.adds && !input.isShift) editor.select([]);
    return pointing;
  }
  if (input.adds) {
    toggle(hit.id, editor);
    return IDLE;
  }
  if (!editor.selection.has(hit.id)) editor.select([hit.id]);
  return { ...pointing, on: hit.id };
}

/** With Ctrl, a press adds or removes a region even where a handle lies. */
function hitOf(input: Pointer, editor: EditorContext): Hit {
  if (!input.adds) return editor.hit(input.at, input.reach);
  const [top] = editor.stack(input.at, input.reach);
  return top === undefined ? { on: 'nothing' } : { on: 'region', id: top };
}

/** The region after the selected one in the stack, from small to large, wrapping around. */
function nextInStack(input: Pointer, editor: EditorContext): RegionId | null {
  const stack = editor.stack(input.at, input.reach);
  const at = editor.selection.size === 1 ? stack.findIndex((id) => editor.selection.has(id)) : -1;
  return stack[(at + 1) % stack.length] ?? null;
}

function toggle(id: RegionId, editor: EditorContext): void {
  const next = new Set(editor.selection);
  if (!next.delete(id)) next.add(id);
  editor.select(next);
}

function drag(
  { from, on, before }: Extract<SelectState, { name: 'pointing' }>,
  input: Pointer,
  editor: EditorContext,
): SelectState {
  if (on !== null) return change(moved(from, input.at, editor), { name: 'moving', from }, input, editor);
  return band({ name: 'banding', from, before, adds: input.adds || input.isShift }, input, editor);
}

function consider(
  state: Extract<SelectState, { name: 'considering' }>,
  input: Pointer,
  editor: EditorContext,
): SelectState {
  const { from, suggestion } = state;
  if (!isDrag(from, input.at, editor.scale)) return input.type === 'up' ? IDLE : state;
  return take({ name: 'taking', from, region: editor.makeRegion(suggestion) }, input, editor);
}

function take(
  state: Extract<SelectState, { name: 'taking' }>,
  input: Pointer,
  editor: EditorContext,
): SelectState {
  const [dx, dy] = [input.at[0] - state.from[0], input.at[1] - state.from[1]];
  const snaps = editor.options.snapsToPixel;
  const moved = moveTogether([state.region], dx, dy, editor.imageSize, snaps).map((region): Region => ({
    ...region,
    origin: 'prediction-changed',
  }));
  return change(moved, state, input, editor);
}

/** A click selects one region out of several selected ones; with Shift it adds, as Ctrl does. */
function click(
  { on }: Extract<SelectState, { name: 'pointing' }>,
  input: Pointer,
  editor: EditorContext,
): SelectState {
  if (on !== null && editor.selection.size > 1) editor.select([on]);
  if (on === null && input.isShift) {
    const [top] = editor.stack(input.at, input.reach);
    if (top !== undefined) toggle(top, editor);
  }
  return IDLE;
}

function moved(from: ImagePoint, to: ImagePoint, editor: EditorContext): readonly Region[] {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  return moveTogether(editor.movable, dx, dy, editor.imageSize, editor.options.snapsToPixel);
}

function band(
  state: Extract<SelectState, { name: 'banding' }>,
  input: Pointer,
  editor: EditorContext,
): SelectState {
  const rect = rectBetween(state.from, input.at);
  editor.select([...(state.adds ? state.before : []), ...editor.within(rect)]);
  editor.sketch(input.type === 'up' ? null : { kind: 'band', rect });
  return input.type === 'up' ? IDLE : state;
}

/** Previews changed regions, and commits them when the pointer goes up. */
function change(
  regions: readonly Region[],
  going: SelectState,
  input: Pointer,
  editor: EditorContext,
): SelectState {
  if (input.type !== 'up') {
    editor.preview(regions);
    return going;
  }
  editor.preview([]);
  const before = regions.flatMap((region) => editor.region(region.id) ?? []);
  const made = difference(before, regions);
  if (made) editor.commit(made);
  return IDLE;
}
