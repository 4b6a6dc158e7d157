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

/** Gives what a pointer does to the tool in hand, and keeps what a gesture under way shows. */
export class ToolRunner {
  readonly #parts: Parts;
  readonly #tools = makeTools();
  readonly #context: EditorContext;
  #chosen: ToolId = 'box';
  #temporary: ToolId | null = null;
  /** The tool that a pointer which is down began with. */
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
  /** The label of what is drawn next. */
  get armedLabel(): LabelId | null {
    return this.#armed;
  }
  /** Regions as the gesture under way would make them. */
  get preview(): readonly Region[] {
    return this.#preview;
  }
  /** What the gesture under way shows beside regions. */
  get sketch(): Sketch | null {
    return this.#sketch;
  }
  /** A pointer is down on the picture. */
  get isPressed(): boolean {
    return this.#pressed !== null;
  }
  get isInGesture(): boolean {
    return this.#toolInGesture !== undefined;
  }
  /** A gesture goes on while the pointer is up: it wants to hear of every move. */
  get isPlacing(): boolean {
    return this.#pressed === null && this.isInGesture;
  }

  setTool(id: ToolId): void {
    this.#parts.document.choose(() => {
      this.cancelGesture();
      this.#chosen = id;
    });
  }

  /** A tool for as long as a key or button is held; null: the chosen one again. */
  setTemporaryTool(id: ToolId | null): void {
    this.#parts.document.choose(() => {
      this.#temporary = id;
    });
  }

  setOptions({ keepsArmed, snapsToPixel, showsCrosshair, isSmooth }: EditorOptions): void {
    this.#options = { keepsArmed, snapsToPixel, showsCrosshair, isSmooth };
    this.#parts.document.notify();
  }

  /** Arms a label for what will be drawn, or none; what is selected keeps its own. */
  arm(labelId: LabelId | null): void {
    this.#parts.document.choose(() => this.armNow(labelId));
  }

  /** Arms a label at once, in the middle of a step. */
  armNow(labelId: LabelId | null): void {
    this.#armed = labelId;
  }

  /** A gesture ends with the tool that it began with, whatever is chosen or held meanwhile. */
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

  /** Keeps the regions that a change from elsewhere deletes and that the gesture under way holds. */
  holdGone({ before, after }: RegionChange): void {
    if (!this.isInGesture) return;
    for (const [id, region] of before)
      if (!after.has(id) && this.#parts.selection.ids.has(id)) this.#heldGone.set(id, region);
  }

  /** A region as the person would draw it now: with the armed label. */
  newRegion(id: RegionId, shape: RegionShape): Region {
    return { id, labelId: this.#armed, ...DRAWN_BY_HAND, ...shape };
  }

  /** A region was drawn to its end. */
  drew(): void {
    if (!this.#options.keepsArmed) this.#armed = null;
  }

  #point(input: Extract<PointerInput, { at: unknown }>): void {
    const tool = this.#pressed ?? this.#toolFor();
    if (this.#parts.document.isReadOnly && isDrawingTool(tool.id)) return;
    if (input.type === 'down') this.#pressed = tool;
    if (input.type === 'up') this.#pressed = null;
    tool.handle(input, this.#context);
  }

  /** A tool that is held comes before a gesture that goes on while the pointer is up: between two clicks one can pan. */
  #toolFor(): RunningTool {
    const chosen = this.#tools.find(({ id }) => id === this.current)!;
    return this.#temporary === null ? (this.#toolInGesture ?? chosen) : chosen;
  }

  get #toolInGesture(): RunningTool | undefined {
    return this.#tools.find((tool) => !tool.isIdle());
  }

  /** The gesture has ended: what it brought back is selected again, as it was when it was held. */
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
        const free = document.store.free(new Set([...selection.ids, ...held.keys()]));
        return [...free, ...[...held.values()].filter(({ id }) => !document.regions.has(id))];
      },
      region: (id) => document.regions.get(id) ?? this.#heldGone.get(id),
      hit: (at, reach) => picker.hit(at, reach),
      stack: (at, reach) => picker.stack(at, reach),
      within: (rect) => document.store.within(rect),
      suggestionAt: (at, reach) => suggestions.at(at, picker.margin(reach)),
      focusSuggestion: (id) => suggestions.focus(id),
      take: (suggestion) => suggestions.take(suggestion),
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
      drew: () => this.drew(),
      pan: (dx, dy) => camera.pan(dx, dy),
    };
  }
}
