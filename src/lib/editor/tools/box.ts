import { clampPoint, rectBetween } from '$lib/domain/geometry';
import type { ImagePoint, RegionId } from '$lib/domain/ids';
import { MIN_BOX_SIDE } from '$lib/domain/regions/resize-box';
import { isDrag, type EditorHandle, type PointerInput, type Tool } from './tool';

export type BoxState =
  | { readonly name: 'idle' }
  | { readonly name: 'pointing'; readonly from: ImagePoint }
  /** `id`: one for the whole gesture, so that what is drawn stays the same thing. */
  | { readonly name: 'drawing'; readonly from: ImagePoint; readonly id: RegionId };

const IDLE: BoxState = { name: 'idle' };

/**
 * Draws a box, also inside another one.
 *
 *   idle --down--> pointing --move past threshold--> drawing --up--> idle (one change)
 *                  pointing --up-------------------> idle (nothing)
 *   any  --cancel-> idle (nothing)
 */
export const boxTool: Tool<BoxState> = {
  id: 'box',
  idle: IDLE,
  handle(state, input, editor) {
    if (input.type === 'cancel') {
      editor.preview([]);
      return IDLE;
    }
    switch (state.name) {
      case 'idle':
        return input.type === 'down'
          ? { name: 'pointing', from: clampPoint(input.at, editor.imageSize) }
          : state;
      case 'pointing':
        if (isDrag(state.from, input.at, editor.scale))
          return draw({ name: 'drawing', from: state.from, id: editor.newRegionId() }, input, editor);
        return input.type === 'up' ? IDLE : state;
      case 'drawing':
        return draw(state, input, editor);
    }
  },
};

function draw(
  drawing: Extract<BoxState, { name: 'drawing' }>,
  input: Exclude<PointerInput, { type: 'cancel' }>,
  editor: EditorHandle,
): BoxState {
  const rect = rectBetween(drawing.from, clampPoint(input.at, editor.imageSize));
  const region = editor.newBox(drawing.id, rect);
  if (input.type !== 'up') {
    editor.preview([region]);
    return drawing;
  }
  editor.preview([]);
  if (rect.width < MIN_BOX_SIDE || rect.height < MIN_BOX_SIDE) return IDLE;
  editor.commit({ before: new Map(), after: new Map([[region.id, region]]) });
  editor.select([region.id]);
  editor.drew();
  return IDLE;
}
