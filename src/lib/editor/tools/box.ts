import { rectBetween } from '$lib/domain/geometry';
import type { ImagePoint, RegionId } from '$lib/domain/ids';
import { MIN_BOX_SIDE } from '$lib/domain/regions/resize-box';
import { clampAndSnap } from '../options';
import { isDrag, isPointer, type EditorContext, type Pointer, type Tool } from './tool';

export type BoxState =
  | { readonly name: 'idle' }
  | { readonly name: 'pointing'; readonly from: ImagePoint }
  /** `id` stays the same during the whole gesture, so previews show one region. */
  | { readonly name: 'drawing'; readonly from: ImagePoint; readonly id: RegionId }
  /** One corner was clicked, and the pointer is up. */
  | { readonly name: 'placing'; readonly from: ImagePoint; readonly id: RegionId }
  /** The pointer is down again: a click completes the box, a drag starts another one. */
  | {
      readonly name: 'closing';
      readonly from: ImagePoint;
      readonly id: RegionId;
      readonly pressed: ImagePoint;
    };

const IDLE: BoxState = { name: 'idle' };

/**
 * Draws a box, also inside another one: by a drag, or by a click on each of two corners.
 *
 *   idle    --down--> pointing --move past threshold--> drawing --up--> idle (one change)
 *                     pointing --up--> placing (one corner stands)
 *   placing --down--> closing  --up--> idle (one change)
 *                     closing  --move past threshold--> drawing (the corner is forgotten)
 *                     closing  --interrupt--> placing
 *   any     --cancel or interrupt--> idle (nothing)
 */
export const boxTool: Tool<BoxState> = {
  id: 'box',
  idle: IDLE,
  handle(state, input, editor) {
    if (input.type === 'interrupt' && state.name === 'placing') return state;
    if (input.type === 'interrupt' && state.name === 'closing') return { ...state, name: 'placing' };
    if (!isPointer(input)) return end(editor);
    const at = clampAndSnap(input.at, editor.imageSize, editor.options);
    switch (state.name) {
      case 'idle':
        return input.type === 'down' ? { name: 'pointing', from: input.at } : state;
      case 'pointing':
        if (isDrag(state.from, input.at, editor.scale)) return begin(state.from, input, at, editor);
        return input.type === 'up' ? place(at, editor) : state;
      case 'drawing':
        return draw(state, input, at, editor);
      case 'placing':
        if (input.type === 'down') return { ...state, name: 'closing', pressed: input.at };
        return draw(state, { ...input, type: 'move' }, at, editor);
      case 'closing':
        if (isDrag(state.pressed, input.at, editor.scale)) return begin(state.pressed, input, at, editor);
        return draw(state, input, at, editor);
    }
  },
};

function begin(pressed: ImagePoint, input: Pointer, at: ImagePoint, editor: EditorContext): BoxState {
  editor.sketch(null);
  const from = clampAndSnap(pressed, editor.imageSize, editor.options);
  return draw({ name: 'drawing', from, id: editor.newRegionId() }, input, at, editor);
}

function place(at: ImagePoint, editor: EditorContext): BoxState {
  editor.sketch({ kind: 'corner', at });
  return { name: 'placing', from: at, id: editor.newRegionId() };
}

function draw(
  drawing: Exclude<BoxState, { name: 'idle' | 'pointing' }>,
  input: Pointer,
  at: ImagePoint,
  editor: EditorContext,
): BoxState {
  const rect = rectBetween(drawing.from, at);
  const isBox = rect.width >= MIN_BOX_SIDE && rect.height >= MIN_BOX_SIDE;
  const region = editor.newRegion(drawing.id, { kind: 'box', ...rect, rotation: 0 });
  if (input.type !== 'up') {
    editor.preview(isBox || drawing.name === 'drawing' ? [region] : []);
    return drawing;
  }
  if (!isBox) return end(editor);
  end(editor);
  editor.commit({ before: new Map(), after: new Map([[region.id, region]]) });
  editor.select([region.id]);
  editor.regionDrawn();
  return IDLE;
}

function end(editor: EditorContext): BoxState {
  editor.preview([]);
  editor.sketch(null);
  return IDLE;
}
