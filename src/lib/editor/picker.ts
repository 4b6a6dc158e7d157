import type { ImagePoint, RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import type { Camera } from './camera';
import type { EditorDocument } from './document';
import { handleAt, turnHandle, type Hit, type TurnHandle } from './hit-test';
import type { Selection } from './selection';
import type { ToolId } from './tools/tool';

/** With more regions selected, handles would hide them, and drawing and finding them would be slow. */
const MOST_WITH_HANDLES = 50;
/** A press this near to a region is on it, in CSS pixels: lines can be taken from both sides. */
const REGION_MARGIN = 3;

/** What the tools say of themselves. */
interface ToolView {
  readonly current: ToolId;
  readonly preview: readonly Region[];
}

/** Finds what a pointer is on: handles first, then regions. */
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

  /** The selected regions whose edges can be taken. */
  get regionsWithHandles(): readonly Region[] {
    const { ids } = this.#selection;
    if (this.#tools().current !== 'select' || this.#document.isReadOnly || ids.size > MOST_WITH_HANDLES)
      return [];
    return this.#document.store.free(ids);
  }

  /** Where the one selected region, as it is now or as a gesture would make it, can be taken to turn it. */
  get turnHandle(): TurnHandle | null {
    const [one, ...others] = this.regionsWithHandles;
    if (!one || others.length > 0) return null;
    const shown = this.#tools().preview.find(({ id }) => id === one.id) ?? one;
    return turnHandle(shown, this.#camera.view, this.#camera.canvas);
  }

  /** `reach`: how far from a handle still takes it, in CSS pixels. */
  hit(at: ImagePoint, reach: number): Hit {
    const margin = reach / this.#camera.view.scale;
    const turning = this.turnHandle;
    if (turning && Math.hypot(at[0] - turning.at[0], at[1] - turning.at[1]) <= margin)
      return { on: 'turn', id: this.regionsWithHandles[0]!.id };
    for (const region of this.regionsWithHandles) {
      const handle = handleAt(region, at, margin);
      if (handle) return { ...handle, id: region.id };
    }
    const stack = this.stack(at, reach);
    const id = stack.find((one) => one === this.#selection.preferred) ?? stack[0];
    return id === undefined ? { on: 'nothing' } : { on: 'region', id };
  }

  /** Everything under a point, smallest first. */
  stack(at: ImagePoint, reach: number): readonly RegionId[] {
    return this.#document.store.at(at, this.margin(reach)).map(({ id }) => id);
  }

  /** How near to a region a press is on it, in image pixels. */
  margin(reach: number): number {
    return Math.min(reach, REGION_MARGIN) / this.#camera.view.scale;
  }

  /** Marks the region under a resting pointer; null: the pointer is not over the picture. */
  hoverAt(at: ImagePoint | null, reach: number): Hit {
    const hit: Hit = at ? this.hit(at, reach) : { on: 'nothing' };
    const hover = hit.on === 'nothing' ? null : hit.id;
    if (hover !== this.#selection.hover) this.#selection.setHover(hover);
    return hit;
  }
}
