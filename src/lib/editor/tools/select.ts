import { imagePoint, type ImagePoint, type RegionId } from '$lib/domain/ids';
import { GEOMETRY, type Region } from '$lib/domain/region';
import { handlePoint, resizeBox, type BoxHandle } from '$lib/domain/regions/box';
import { difference } from '../difference';
import { moveTogether } from '../move-together';
import { isDrag, type EditorHandle, type PointerInput, type Tool } from './tool';

export type SelectState =
  | { readonly name: 'idle' }
  | { readonly name: 'pointing'; readonly from: ImagePoint }
  | { readonly name: 'moving'; readonly from: ImagePoint }
  /** `grab`: from the pointer to the handle's exact place, so that an edge never jumps. */
  | {
      readonly name: 'resizing';
      readonly id: RegionId;
      readonly handle: BoxHandle;
      readonly grab: readonly [number, number];
    };

const IDLE: SelectState = { name: 'idle' };

/**
 * Selects, moves and resizes.
 *
 *   idle --down on a handle--> resizing --up--> idle (one change)
 *   idle --down on a region--> pointing (selected) --move past threshold--> moving --up--> idle (one change)
 *   idle --down on nothing---> idle (nothing selected)
 *   any  --cancel-> idle (as before)
 */
export const selectTool: Tool<SelectState> = {
  id: 'select',
  idle: IDLE,
  handle(state, input, editor) {
    if (input.type === 'cancel') {
      editor.preview([]);
      return IDLE;
    }
    switch (state.name) {
      case 'idle':
        return input.type === 'down' ? press(input, editor) : state;
      case 'pointing':
        if (isDrag(state.from, input.at, editor.scale))
          return change(
            moved(state.from, input.at, editor),
            { name: 'moving', from: state.from },
            input,
            editor,
          );
        return input.type === 'up' ? IDLE : state;
      case 'moving':
        return change(moved(state.from, input.at, editor), state, input, editor);
      case 'resizing':
        return change(resized(state, input.at, editor), state, input, editor);
    }
  },
};

type Pointer = Exclude<PointerInput, { type: 'cancel' }>;

function press(input: Pointer, editor: EditorHandle): SelectState {
  const hit = editor.hit(input.at, input.reach);
  switch (hit.on) {
    case 'handle': {
      const [x, y] = handlePoint(GEOMETRY.box.bounds(editor.region(hit.id)!), hit.handle);
      return { name: 'resizing', id: hit.id, handle: hit.handle, grab: [x - input.at[0], y - input.at[1]] };
    }
    case 'region':
      if (input.adds) {
        const next = new Set(editor.selection);
        if (!next.delete(hit.id)) next.add(hit.id);
        editor.select(next);
        return IDLE;
      }
      if (!editor.selection.has(hit.id)) editor.select([hit.id]);
      return { name: 'pointing', from: input.at };
    case 'nothing':
      if (!input.adds) editor.select([]);
      return IDLE;
  }
}

function moved(from: ImagePoint, to: ImagePoint, editor: EditorHandle): readonly Region[] {
  const regions = [...editor.selection]
    .flatMap((id) => editor.region(id) ?? [])
    .filter(({ isLocked }) => !isLocked);
  return moveTogether(regions, to[0] - from[0], to[1] - from[1], editor.imageSize);
}

function resized(
  { id, handle, grab }: Extract<SelectState, { name: 'resizing' }>,
  to: ImagePoint,
  editor: EditorHandle,
): readonly Region[] {
  const region = editor.region(id);
  return region
    ? [resizeBox(region, handle, imagePoint(to[0] + grab[0], to[1] + grab[1]), editor.imageSize)]
    : [];
}

/** Shows the regions as they would be, or makes them so when the pointer goes up. */
function change(
  regions: readonly Region[],
  going: SelectState,
  input: Pointer,
  editor: EditorHandle,
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
