import type { ImagePoint, RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import type { Camera } from './camera';
import type { EditorDocument } from './document';
import { handleAt, rotateHandle, type Hit, type RotateHandle } from './hit-test';
import type { Selection } from './selection';
import type { ToolId } from './tools/tool';

/**
 * Above this number of selected regions no handles are shown: they would hide the regions and be slow to draw and
 * test.
 */
const MOST_WITH_HANDLES = 50;
/** A press within this distance of a region hits it, in CSS pixels, so an outline can be hit from both sides. */
const REGION_MARGIN = 3;

/** The state of the tools that picking depends on. */
interface ToolView {
  readonly current: ToolId;
  readonly preview: readonly Region[];
}

/** Hit testing: finds what lies under the pointer, handles before regions. */
export class Picker {
  readonly #document: EditorDocument;
  readonly #selection: Selection;
  readonly #camera: Camera;
  readonly #tools: () => ToolView;

  constructor(document: EditorDocument, selection: Selection, camera: Camera, tools: () => ToolView) {
    this.#document = document;
    this.#selection = selection;
    this.#camera = camera;
    this.#tools = tools;
  }

  /** The selected regions that show handles. */
  get regionsWithHandles(): readonly Region[] {
    const { ids } = this.#selection;
    if (this.#tools().current !== 'select' || this.#document.isReadOnly || ids.size > MOST_WITH_HANDLES)
      return [];
    return this.#document.store.editable(ids);
  }

  /** The rotate handle of the only selected region, which follows the preview of the current gesture. */
  get rotateHandle(): RotateHandle | null {
    const [one, ...others] = this.regionsWithHandles;
    if (!one || others.length > 0) return null;
    const shown = this.#tools().preview.find(({ id }) => id === one.id) ?? one;
    return rotateHandle(shown, this.#camera.view, this.#camera.canvas);
  }

  /** `reach` is the largest distance at which a handle is hit, in CSS pixels. */
  hit(at: ImagePoint, reach: number): Hit {
    const margin = reach / this.#camera.view.scale;
    const rotateHandle = this.rotateHandle;
    if (rotateHandle && Math.hypot(at[0] - rotateHandle.at[0], at[1] - rotateHandle.at[1]) <= margin)
      return { on: 'rotate', id: this.regionsWithHandles[0]!.id };
    for (const region of this.regionsWithHandles) {
      const handle = handleAt(region, at, margin);
      if (handle) return { ...handle, id: region.id };
    }
    const stack = this.stack(at, reach);
    const id = stack.find((one) => one === this.#selection.preferred) ?? stack[0];
    return id === undefined ? { on: 'nothing' } : { on: 'region', id };
  }

  /** Ids of all regions under a point, smallest first. */
  stack(at: ImagePoint, reach: number): readonly RegionId[] {
    return this.#document.store.at(at, this.margin(reach)).map(({ id }) => id);
  }

  /** The largest distance at which a region is hit, in image pixels. */
  margin(reach: number): number {
    return Math.min(reach, REGION_MARGIN) / this.#camera.view.scale;
  }

  /** Sets the hovered region; null means that the pointer is not over the picture. */
  hoverAt(at: ImagePoint | null, reach: number): Hit {
    const hit: Hit = at ? this.hit(at, reach) : { on: 'nothing' };
    const hover = hit.on === 'nothing' ? null : hit.id;
    if (hover !== this.#selection.hover) this.#selection.setHover(hover);
    return hit;
  }
}
