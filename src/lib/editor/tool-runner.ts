import type { RegionChange } from '$lib/domain/change';
import type { LabelId, RegionId } from '$lib/domain/ids';
import type { Region, RegionShape } from '$lib/domain/region';
import { DRAWN_BY_HAND } from '$lib/domain/regions/base';
import type { Camera } from './camera';
import type { EditorDocument } from './document';
import { PLAIN_OPTIONS, type EditorOptions } from './options';
import type { Picker } from './picker';
import type { Selection } from './selection';
import type { Suggestions } from './suggestions';
import { makeTools, type RunningTool } from './tools/all';
import {
  isDrawingTool,
  isPointer,
  type EditorContext,
  type PointerInput,
  type Sketch,
  type ToolId,
} from './tools/tool';

/** The parts of the editor that tools work on. */
interface Parts {
  readonly document: EditorDocument;
  readonly selection: Selection;
  readonly suggestions: Suggestions;
  readonly picker: Picker;
  readonly camera: Camera;
  readonly newRegionId: () => RegionId;
}

/** Passes pointer input to the active tool, and holds the preview of the current gesture. */
export class ToolRunner {
  readonly #parts: Parts;
  readonly #tools = makeTools();
  readonly #context: EditorContext;
  #chosen: ToolId = 'box';
  #temporary: ToolId | null = null;
  /** The tool that was active when the pointer went down. */
  #pressed: RunningTool | null = null;
  #preview: readonly Region[] = [];
  #sketch: Sketch | null = null;
  #options = PLAIN_OPTIONS;
  #armed: LabelId | null = null;
  /** Regions that the gesture under way holds and that were deleted elsewhere. See [Note: Received changes]. */
  readonly #heldGone = new Map<RegionId, Region>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#context = this.#makeContext(parts);
  }

  get current(): ToolId {
    return this.#temporary ?? this.#chosen;
  }
  get options(): EditorOptions {
    return this.#options;
  }
  /** The label of the next region to be drawn. */
  get armedLabel(): LabelId | null {
    return this.#armed;
  }
  /** Regions as the current gesture would change them. */
  get preview(): readonly Region[] {
    return this.#preview;
  }
  /** What the current gesture shows besides regions. */
  get sketch(): Sketch | null {
    return this.#sketch;
  }
  /** True while a pointer is down on the picture. */
  get isPressed(): boolean {
    return this.#pressed !== null;
  }
  get isInGesture(): boolean {
    return this.#toolInGesture !== undefined;
  }
  /** True if a gesture continues while the pointer is up; its tool then needs every move. */
  get isPlacing(): boolean {
    return this.#pressed === null && this.isInGesture;
  }

  setTool(id: ToolId): void {
    this.#parts.document.choose(() => {
      this.cancelGesture();
      this.#chosen = id;
    });
  }

  /** Sets a tool for as long as a key or button is held; null returns to the chosen one. */
  setTemporaryTool(id: ToolId | null): void {
    this.#parts.document.choose(() => {
      this.#temporary = id;
    });
  }

  setOptions({ keepsArmed, snapsToPixel, showsCrosshair, isSmooth }: EditorOptions): void {
    this.#options = { keepsArmed, snapsToPixel, showsCrosshair, isSmooth };
    this.#parts.document.notify();
  }

  /** Arms a label for the next regions, or none. Selected regions keep their labels. */
  arm(labelId: LabelId | null): void {
    this.#parts.document.choose(() => this.armNow(labelId));
  }

  /** Arms a label at once, from inside a running step. */
  armNow(labelId: LabelId | null): void {
    this.#armed = labelId;
  }

  /** Passes input to a tool. A gesture ends with the tool it began with, whatever tool is chosen meanwhile. */
  pointer(input: PointerInput): void {
    this.#parts.document.edit(() => {
      if (!isPointer(input)) this.cancelGesture(input.type);
      else this.#point(input);
      if (!this.isInGesture) this.#releaseHeld();
    });
  }

  cancelGesture(type: 'cancel' | 'interrupt' = 'cancel'): void {
    this.#pressed = null;
    for (const tool of this.#tools) if (!tool.isIdle()) tool.handle({ type }, this.#context);
    if (!this.isInGesture) this.#heldGone.clear();
  }

  /** Keeps regions of the current gesture that a change from elsewhere deletes. */
  holdGone({ before, after }: RegionChange): void {
    if (!this.isInGesture) return;
    for (const [id, region] of before)
      if (!after.has(id) && this.#parts.selection.ids.has(id)) this.#heldGone.set(id, region);
  }

  /** Makes a region as the person would draw it now, with the armed label. */
  newRegion(id: RegionId, shape: RegionShape): Region {
    return { id, labelId: this.#armed, ...DRAWN_BY_HAND, ...shape };
  }

  /** Called when a region has been drawn completely. */
  regionDrawn(): void {
    if (!this.#options.keepsArmed) this.#armed = null;
  }

  #point(input: Extract<PointerInput, { at: unknown }>): void {
    const tool = this.#pressed ?? this.#toolFor();
    if (this.#parts.document.isReadOnly && isDrawingTool(tool.id)) return;
    if (input.type === 'down') this.#pressed = tool;
    if (input.type === 'up') this.#pressed = null;
    tool.handle(input, this.#context);
  }

  /**
   * A temporary tool takes precedence over a gesture that continues with the pointer up, so one can pan between two
   * clicks.
   */
  #toolFor(): RunningTool {
    const chosen = this.#tools.find(({ id }) => id === this.current)!;
    return this.#temporary === null ? (this.#toolInGesture ?? chosen) : chosen;
  }

  get #toolInGesture(): RunningTool | undefined {
    return this.#tools.find((tool) => !tool.isIdle());
  }

  /** After the gesture, selects the held regions that it brought back, as they were selected before. */
  #releaseHeld(): void {
    if (this.#heldGone.size === 0) return;
    const { selection } = this.#parts;
    selection.set([...selection.ids, ...this.#heldGone.keys()]);
    this.#heldGone.clear();
  }

  #makeContext({ document, selection, suggestions, picker, camera, newRegionId }: Parts): EditorContext {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the context's getters read the runner as it is now
    const runner = this;
    return {
      get imageSize() {
        return document.imageSize;
      },
      get scale() {
        return camera.view.scale;
      },
      get options() {
        return runner.#options;
      },
      get selection() {
        return selection.ids;
      },
      get movable() {
        if (document.isReadOnly) return [];
        const held = runner.#heldGone;
        const editable = document.store.editable(new Set([...selection.ids, ...held.keys()]));
        return [...editable, ...[...held.values()].filter(({ id }) => !document.regions.has(id))];
      },
      region: (id) => document.regions.get(id) ?? this.#heldGone.get(id),
      hit: (at, reach) => picker.hit(at, reach),
      stack: (at, reach) => picker.stack(at, reach),
      within: (rect) => document.store.within(rect),
      suggestionAt: (at, reach) => suggestions.at(at, picker.margin(reach)),
      focusSuggestion: (id) => suggestions.focus(id),
      makeRegion: (suggestion) => suggestions.makeRegion(suggestion),
      select: (ids) => selection.set(ids),
      prefer: (id) => selection.prefer(id),
      newRegionId,
      newRegion: (id, shape) => this.newRegion(id, shape),
      preview: (regions) => {
        this.#preview = document.isReadOnly ? [] : regions;
      },
      sketch: (sketch) => {
        this.#sketch = sketch;
      },
      commit: (change) => document.commit(change),
      regionDrawn: () => this.regionDrawn(),
      pan: (dx, dy) => camera.pan(dx, dy),
    };
  }
}
