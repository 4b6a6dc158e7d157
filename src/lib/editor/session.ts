import { byId, invert, type RegionChange } from '$lib/domain/change';
import { EMPTY_HISTORY, record, stepBack, stepForward, type History, type Step } from '$lib/domain/history';
import { clamp, type Size } from '$lib/domain/geometry';
import type { ImagePoint, LabelId, RegionId, ScreenPoint } from '$lib/domain/ids';
import { resolveMap, type ResolveLabel } from '$lib/domain/label-resolution';
import { geometryOf, type Region } from '$lib/domain/region';
import { DRAWN_BY_HAND } from '$lib/domain/regions/box';
import { MIN_BOX_SIDE } from '$lib/domain/regions/resize-box';
import { Camera } from './camera';
import { withOrigins } from './changed-origin';
import { Clipboard, copiesOf } from './clipboard';
import { difference } from './difference';
import { Gate } from './gate';
import { handleAt, turnHandle, type Hit, type TurnHandle } from './hit-test';
import { bodyOf, moveTogether } from './move-together';
import { PLAIN_OPTIONS, type EditorOptions } from './options';
import { RegionStore } from './region-store';
import type { RejectedMemory } from './rejected-set';
import { SuggestionSet } from './suggestion-set';
import { makeTools, type RunningTool } from './tools/all';
import { isPointer, type EditorHandle, type PointerInput, type Sketch, type ToolId } from './tools/tool';
import { screenToImageWay, type Viewport } from './viewport';

export interface SessionInput {
  readonly regions: ReadonlyMap<RegionId, Region>;
  readonly imageSize: Size;
  readonly newRegionId: () => RegionId;
  /** Settles when the change is on disk; `step` says what it is to the history. */
  readonly write: (change: RegionChange, step: Step) => Promise<void>;
  /** Undo and redo of work that was left unsent. */
  readonly history?: History;
  /** What was copied, here or in another picture. */
  readonly clipboard?: Clipboard;
}

/** With more regions selected, handles would hide them, and drawing and finding them would be slow. */
const MOST_WITH_HANDLES = 50;
/** A press this near to a region is on it, in CSS pixels: lines can be taken from both sides. */
const REGION_MARGIN = 3;

/**
 * One open picture: regions, history, selection, tools and view, without any screen. What a person does goes
 * through the gate (see [Note: Gate]); where the picture lies, what is hidden and what is hovered does not.
 */
export class EditorSession {
  readonly imageSize: Size;
  readonly #newRegionId: () => RegionId;
  readonly #write: SessionInput['write'];
  readonly #clipboard: Clipboard;
  readonly #tools = makeTools();
  readonly #listeners = new Set<() => void>();
  readonly #savingListeners = new Set<() => void>();
  readonly #gate = new Gate(
    () => this.#tell(),
    () => this.#tellSaving(),
  );
  readonly #camera: Camera;
  readonly #store: RegionStore;
  readonly #suggestions = new SuggestionSet();

  #history: History;
  #selection: ReadonlySet<RegionId> = new Set();
  /** See EditorHandle.prefer. */
  #preferred: RegionId | null = null;
  #options = PLAIN_OPTIONS;
  #hover: RegionId | null = null;
  #preview: readonly Region[] = [];
  #sketch: Sketch | null = null;
  #tool: ToolId = 'box';
  #temporaryTool: ToolId | null = null;
  /** The tool that a pointer which is down began with. */
  #pressed: RunningTool | null = null;
  #armed: LabelId | null = null;
  #isReadOnly = false;
  #isHeld = false;
  #resolve: ResolveLabel = (id) => id ?? null;

  constructor(input: SessionInput) {
    this.imageSize = input.imageSize;
    this.#newRegionId = input.newRegionId;
    this.#write = input.write;
    this.#history = input.history ?? EMPTY_HISTORY;
    this.#clipboard = input.clipboard ?? new Clipboard();
    this.#camera = new Camera(input.imageSize, () => this.#tellNow());
    this.#store = new RegionStore(input.regions, input.imageSize);
  }

  /** Tells after every change of anything below, see [Note: Gate]. The answer stops it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells at once when `isSaving` may be another, and nothing else. The answer stops it. */
  watchSaving(listener: () => void): () => void {
    this.#savingListeners.add(listener);
    return () => this.#savingListeners.delete(listener);
  }

  get regions(): ReadonlyMap<RegionId, Region> {
    return this.#store.regions;
  }
  get selection(): ReadonlySet<RegionId> {
    return this.#selection;
  }
  /** Regions that are neither drawn nor found under a pointer; they are there all the same. */
  get hidden(): ReadonlySet<RegionId> {
    return this.#store.hidden;
  }
  /** What a model suggests and nobody has taken over yet: drawn otherwise, and no part of the regions. */
  get suggestions(): readonly Region[] {
    return this.#suggestions.open(this.regions);
  }
  /** The suggestion that is accepted or rejected next. */
  get suggestionInFocus(): Region | null {
    return this.#isReadOnly ? null : this.#suggestions.focused(this.regions);
  }
  /** Of the suggestions. */
  get rejectedCount(): number {
    return this.#suggestions.rejected.ids.size;
  }
  get unlabelledCount(): number {
    return this.#store.unlabelledCount;
  }
  get options(): EditorOptions {
    return this.#options;
  }
  get hover(): RegionId | null {
    return this.#hover;
  }
  /** Regions as the gesture under way would make them. */
  get preview(): readonly Region[] {
    return this.#preview;
  }
  /** What the gesture under way shows beside regions. */
  get sketch(): Sketch | null {
    return this.#sketch;
  }
  get tool(): ToolId {
    return this.#temporaryTool ?? this.#tool;
  }
  /** A pointer is down on the picture. */
  get isPressed(): boolean {
    return this.#pressed !== null;
  }
  /** A gesture goes on while the pointer is up: it wants to hear of every move. */
  get isPlacing(): boolean {
    return this.#pressed === null && this.#toolInGesture !== undefined;
  }
  /** The selected regions whose edges can be taken. */
  get regionsWithHandles(): readonly Region[] {
    if (this.tool !== 'select' || this.#isReadOnly || this.#selection.size > MOST_WITH_HANDLES) return [];
    return this.#store.free(this.#selection);
  }
  /** Where the one selected region, as it is now or as a gesture would make it, can be taken to turn it. */
  get turnHandle(): TurnHandle | null {
    const [one, ...others] = this.regionsWithHandles;
    if (!one || others.length > 0) return null;
    const shown = this.#preview.find(({ id }) => id === one.id) ?? one;
    return turnHandle(shown, this.view, this.#camera.canvas);
  }
  get armedLabel(): LabelId | null {
    return this.#armed;
  }
  get canUndo(): boolean {
    return this.#history.done.length > 0 || this.#suggestions.rejected.canStepBack(this.#lastStep);
  }
  get canRedo(): boolean {
    return this.#history.undone.length > 0 || this.#suggestions.rejected.canStepForward(this.#lastStep);
  }
  get canPaste(): boolean {
    return this.#clipboard.regions.length > 0;
  }
  get isSaving(): boolean {
    return this.#gate.isShut && !this.#isHeld;
  }
  /** Why the last write failed; null while all is well. */
  get failure(): unknown {
    return this.#gate.failure;
  }
  get isReadOnly(): boolean {
    return this.#isReadOnly;
  }
  get view(): Viewport {
    return this.#camera.view;
  }

  /** Settles when nothing waits and everything is on disk. */
  settled(): Promise<void> {
    return this.#gate.settled();
  }

  /** What the person does waits until this settles: whether the task may be edited is not known yet. */
  hold(until: Promise<void>): void {
    this.#isHeld = true;
    this.#gate.shut(
      until.finally(() => {
        this.#isHeld = false;
      }),
      () => undefined,
    );
  }

  setReadOnly(isReadOnly: boolean): void {
    this.#forgetGesture();
    this.#isReadOnly = isReadOnly;
    this.#tell();
  }

  setOptions({ keepsArmed, snapsToPixel, showsCrosshair, isSmooth }: EditorOptions): void {
    this.#options = { keepsArmed, snapsToPixel, showsCrosshair, isSmooth };
    this.#tell();
  }

  /** What another tab made of the picture, while this one only looks: no history, nothing is written. */
  show(regions: ReadonlyMap<RegionId, Region>): void {
    if (!this.#isReadOnly) return;
    this.#store.replace(regions);
    this.#forgetGone();
    this.#tell();
  }

  /**
   * What a bulk action or another tab made of the picture while this one edits it, with its history; nothing is
   * written. What the hand holds, selects or has armed stays.
   */
  takeOver(regions: ReadonlyMap<RegionId, Region>, history: History): void {
    this.#store.replace(regions);
    this.#history = history;
    this.#forgetGone();
    this.#tell();
  }

  /** What label ids mean from now on: in whatever is drawn, pasted, accepted or made again, and for the armed one. */
  setLabels(resolve: ResolveLabel): void {
    this.#resolve = resolve;
    this.#armed = resolve(this.#armed);
    this.#tell();
  }

  /** `memory`: where the rejected ones of them are kept; null: nowhere. */
  setSuggestions(suggestions: readonly Region[], memory: RejectedMemory | null = null): void {
    this.#suggestions.replace(suggestions);
    this.#suggestions.rejected.remember(memory);
    this.#tell();
  }

  focusSuggestion(id: RegionId): void {
    this.#suggestions.focus(id);
    this.#tell();
  }

  /** The suggestion some places after the one in focus, round the list. */
  focusNextSuggestion(by = 1): void {
    const { suggestions, suggestionInFocus } = this;
    const at = suggestions.findIndex(({ id }) => id === suggestionInFocus?.id);
    const next = suggestions[(at + by + suggestions.length) % suggestions.length];
    if (next) this.focusSuggestion(next.id);
  }

  /** Makes regions of suggestions, in one step. */
  accept(ids: ReadonlySet<RegionId>): void {
    this.#command(() => {
      const { suggestions } = this;
      const taken = suggestions.filter(({ id }) => ids.has(id));
      const last = suggestions.findLastIndex(({ id }) => ids.has(id));
      this.#suggestions.focus(suggestions.slice(last + 1)[0]?.id ?? null);
      this.#add(taken.map((region) => this.#suggestions.take(region, this.#newRegionId())));
    });
  }

  /** Puts suggestions away for good, until Undo. */
  reject(ids: ReadonlySet<RegionId>): void {
    this.#command(() => {
      const { suggestions } = this;
      const last = suggestions.findLastIndex(({ id }) => ids.has(id));
      if (last < 0) return;
      this.#suggestions.focus(suggestions.slice(last + 1)[0]?.id ?? null);
      this.#keepRejected((rejected) => rejected.reject([...ids], this.#lastStep));
    });
  }

  bringBackRejected(): void {
    this.#command(() => this.#keepRejected((rejected) => rejected.clear()));
  }

  setHidden(ids: Iterable<RegionId>, isHidden: boolean): void {
    this.#store.setHidden(ids, isHidden);
    this.#tell();
  }

  /** Hides what is selected; once all of it is hidden, shows it again. */
  toggleHidden(): void {
    this.#choose(() =>
      this.#store.setHidden(this.#selection, ![...this.#selection].every((id) => this.hidden.has(id))),
    );
  }

  /** Hides every region; once all are hidden, shows them again. */
  toggleAllHidden(): void {
    this.#choose(() => this.#store.setHidden(this.regions.keys(), this.#store.seenIds.length > 0));
  }

  /** Takes input again after a failed write. */
  retry(): void {
    this.#gate.retry();
    this.#tell();
  }

  /** A gesture ends with the tool that it began with, whatever is chosen or held meanwhile. */
  pointer(input: PointerInput): void {
    this.#gate.work(() => {
      if (isPointer(input)) this.#point(input);
      else this.#forgetGesture(input.type);
      this.#tell();
    });
  }

  /** Escape: forgets the gesture under way; without one, the selection. */
  escape(): void {
    this.#choose(() => {
      if (this.#toolInGesture) this.#forgetGesture();
      else this.#select([]);
    });
  }

  /** Does before a hand asks for it what finding many regions by their place needs once. */
  prepare(): void {
    this.#store.prepare();
  }

  hoverAt(at: ImagePoint | null, reach: number): Hit {
    const hit: Hit = at ? this.#hit(at, reach) : { on: 'nothing' };
    const hover = hit.on === 'nothing' ? null : hit.id;
    if (hover !== this.#hover) {
      this.#hover = hover;
      this.#tell();
    }
    return hit;
  }

  setHover(id: RegionId | null): void {
    this.#hover = id;
    this.#tell();
  }

  setTool(id: ToolId): void {
    this.#choose(() => {
      this.#forgetGesture();
      this.#tool = id;
    });
  }

  /** A tool for as long as a key or button is held; null: the chosen one again. */
  setTemporaryTool(id: ToolId | null): void {
    this.#choose(() => {
      this.#temporaryTool = id;
    });
  }

  /**
   * Arms a label for the box being drawn and the next ones; between gestures, gives it to what is selected. Who
   * does not keep labels armed draws first: then a label for a selected box is for that one alone.
   */
  chooseLabel(labelId: LabelId): void {
    this.#choose(() => {
      const isForSelected = !this.#toolInGesture && this.#selection.size > 0;
      if (this.#options.keepsArmed || !isForSelected) this.#armed = labelId;
    });
    this.#gate.work(() => {
      if (!this.#toolInGesture) this.#change((regions) => regions.map((region) => ({ ...region, labelId })));
    });
  }

  /** Arms a label for what will be drawn, or none; what is selected keeps its own. */
  arm(labelId: LabelId | null): void {
    this.#choose(() => {
      this.#armed = labelId;
    });
  }

  select(ids: Iterable<RegionId>): void {
    this.#choose(() => this.#select(ids));
  }

  /** All that are seen. */
  selectAll(): void {
    this.#choose(() => this.#select(this.#store.seenIds));
  }

  /** The region some places after the selected one, round the list. */
  selectNext(by = 1): void {
    this.#choose(() => {
      const ids = this.#store.seenIds;
      const last = [...this.#selection].at(-1);
      const at = last === undefined ? (by > 0 ? -1 : 0) : ids.indexOf(last);
      if (ids.length > 0) this.#select([ids[(at + by + ids.length) % ids.length]!]);
    });
  }

  /**
   * Makes other regions of these, in one step, whatever is selected, hidden or locked; null deletes. What would
   * lie outside the picture becomes the nearest that does not.
   */
  change(ids: Iterable<RegionId>, next: (region: Region) => Region | null): void {
    this.#command(() => this.#replace(this.#store.those(ids), next));
  }

  deleteSelected(): void {
    this.#change(() => []);
  }

  /** Locks what is selected; once all of it is locked, unlocks it. */
  toggleLocked(): void {
    this.#command(() => {
      const selected = this.#store.those(this.#selection);
      const isLocked = !selected.every((region) => region.isLocked);
      this.#replace(selected, (region) => ({ ...region, isLocked }));
    });
  }

  /** In image pixels, as the view shows directions; stopped, all together, at the picture's edges. */
  nudge(dx: number, dy: number): void {
    const way = screenToImageWay(this.view, dx, dy);
    this.#change((regions) => moveTogether(regions, ...way, this.imageSize));
  }

  /** Moves the right and lower edge, in image pixels. */
  growSelected(dx: number, dy: number): void {
    this.#change((regions) =>
      regions.map((region) => geometryOf(region).grow(region, dx, dy, this.imageSize)),
    );
  }

  /** Each about its own centre, clockwise. */
  turnSelected(degrees: number): void {
    this.#change((regions) =>
      regions.map((region) => {
        const { angle, turn } = geometryOf(region);
        return turn ? turn(region, angle(region) + degrees, this.imageSize) : region;
      }),
    );
  }

  /** A box without a pointer: the middle third of what is seen of the picture. */
  addBox(): void {
    this.#command(() => {
      const { seen } = this.#camera;
      const width = Math.max(MIN_BOX_SIDE, seen.width / 3);
      const height = Math.max(MIN_BOX_SIDE, seen.height / 3);
      const x = clamp(seen.x + (seen.width - width) / 2, 0, this.imageSize.width - width);
      const y = clamp(seen.y + (seen.height - height) / 2, 0, this.imageSize.height - height);
      this.#add([this.#handle.newBox(this.#newRegionId(), { x, y, width, height })]);
      this.#handle.drew();
    });
  }

  /** The selected regions, for `paste` in this picture or in another one. */
  copy(): void {
    this.#choose(() => {
      if (this.#selection.size > 0) this.#clipboard.regions = this.#store.those(this.#selection);
    });
  }

  cut(): void {
    this.copy();
    this.deleteSelected();
  }

  /** What was copied, or what is given: the regions of the picture before, for example. */
  paste(regions?: readonly Region[]): void {
    this.#command(() => this.#addCopies(regions ?? this.#clipboard.regions));
  }

  duplicate(): void {
    this.#command(() => this.#addCopies(this.#store.those(this.#selection)));
  }

  /** Reset: everything as given, in one step that can be undone. */
  replaceAll(regions: ReadonlyMap<RegionId, Region>): void {
    this.#command(() => {
      const change = difference(this.regions.values(), regions.values());
      if (change) this.#commit(change);
    });
  }

  /** The last step of work; while a gesture is under way, that is the gesture. */
  undo(): void {
    this.#gate.work(() => {
      if (this.#toolInGesture) {
        this.escape();
        return;
      }
      this.#command(() => {
        const step = this.#lastStep;
        if (this.#suggestions.rejected.canStepBack(step))
          this.#keepRejected((rejected) => rejected.stepBack());
        else if (step) this.#apply(invert(step), 'undo', stepBack(this.#history));
      });
    });
  }

  redo(): void {
    this.#command(() => {
      const step = this.#history.undone.at(-1);
      if (this.#suggestions.rejected.canStepForward(this.#lastStep))
        this.#keepRejected((rejected) => rejected.stepForward());
      else if (step) this.#apply(step, 'redo', stepForward(this.#history));
    });
  }

  resizeCanvas(size: Size): void {
    this.#camera.resize(size);
  }
  fit(): void {
    this.#camera.fit();
  }
  actualSize(): void {
    this.#camera.actualSize();
  }
  /** To what is selected; to all there is when nothing is. */
  zoomToSelection(): void {
    this.#choose(() => {
      const shown = this.#store.those(this.#selection.size > 0 ? this.#selection : this.regions.keys());
      if (shown.length > 0) this.#camera.zoomTo(bodyOf(shown));
    });
  }
  /** About a point of the canvas; null: its middle. */
  zoom(factor: number, about: ScreenPoint | null = null): void {
    this.#camera.zoom(factor, about);
  }
  /** In CSS pixels. */
  pan(dx: number, dy: number): void {
    this.#camera.pan(dx, dy);
  }
  /** Turns what is seen by quarters, clockwise; nothing in the picture changes. */
  turnView(quarters: number): void {
    this.#camera.turn(quarters);
  }
  toImage(point: ScreenPoint): ImagePoint {
    return this.#camera.toImage(point);
  }

  #point(input: Extract<PointerInput, { at: unknown }>): void {
    const tool = this.#pressed ?? this.#toolFor();
    if (this.#isReadOnly && tool.id === 'box') return;
    if (input.type === 'down') this.#pressed = tool;
    if (input.type === 'up') this.#pressed = null;
    tool.handle(input, this.#handle);
  }

  /** A tool that is held comes before a gesture that goes on while the pointer is up: between two clicks one can pan. */
  #toolFor(): RunningTool {
    const chosen = this.#tools.find(({ id }) => id === this.tool)!;
    return this.#temporaryTool === null ? (this.#toolInGesture ?? chosen) : chosen;
  }

  /** Makes other regions of the selected ones, in one change. What is locked stays as it is. */
  #change(next: (regions: readonly Region[]) => readonly Region[]): void {
    this.#command(() => {
      const before = this.#store.those(this.#selection).filter(({ isLocked }) => !isLocked);
      const change = before.length > 0 ? difference(before, next(before)) : null;
      if (change) this.#commit(change);
    });
  }

  #replace(before: readonly Region[], next: (region: Region) => Region | null): void {
    const after = before.flatMap((region) => {
      const made = next(region);
      if (!made) return [];
      return [isSamePlace(made, region) ? made : geometryOf(made).keepIn(made, this.imageSize)];
    });
    const change = difference(before, after);
    if (change) this.#commit(change);
  }

  #addCopies(regions: readonly Region[]): void {
    const scale = this.view.scale;
    this.#add(copiesOf(regions, this.regions.values(), this.#newRegionId, this.imageSize, scale));
  }

  #add(regions: readonly Region[]): void {
    if (regions.length === 0) return;
    this.#commit({ before: new Map(), after: byId(regions) });
    this.#select(regions.map(({ id }) => id));
  }

  /** A command forgets the gesture under way: its regions may no longer be there. */
  #command(step: () => void): void {
    this.#gate.work(() => {
      if (!this.#isReadOnly) {
        this.#forgetGesture();
        step();
      }
      this.#tell();
    });
  }

  #choose(step: () => void): void {
    this.#gate.choice(() => {
      step();
      this.#tell();
    });
  }

  #select(ids: Iterable<RegionId>): void {
    this.#selection = new Set([...ids].filter((id) => this.regions.has(id)));
    if (this.#selection.size !== 1 || !this.#selection.has(this.#preferred!)) this.#preferred = null;
  }

  get #toolInGesture(): RunningTool | undefined {
    return this.#tools.find((tool) => !tool.isIdle());
  }

  #forgetGesture(type: 'cancel' | 'interrupt' = 'cancel'): void {
    this.#pressed = null;
    for (const tool of this.#tools) if (!tool.isIdle()) tool.handle({ type }, this.#handle);
  }

  #commit(change: RegionChange): void {
    if (this.#isReadOnly) return;
    const told = withOrigins(change);
    this.#suggestions.rejected.forgetUndone();
    this.#apply(told, 'do', record(this.#history, told));
  }

  #apply(made: RegionChange, step: Step, history: History): void {
    const change = { before: made.before, after: resolveMap(made.after, this.#resolve) };
    const previous = { regions: this.regions, history: this.#history };
    this.#store.change(change);
    this.#forgetGone();
    this.#history = history;
    this.#gate.shut(this.#write(change, step), () => {
      this.#forgetGesture();
      this.#store.replace(previous.regions);
      this.#forgetGone();
      this.#history = previous.history;
    });
  }

  #keepRejected(change: (rejected: SuggestionSet['rejected']) => void): void {
    const { rejected } = this.#suggestions;
    const { write, takeBack } = rejected.kept(() => change(rejected));
    this.#gate.shut(write, takeBack);
  }

  get #lastStep(): RegionChange | undefined {
    return this.#history.done.at(-1);
  }

  #forgetGone(): void {
    this.#select(this.#selection);
    if (this.#hover !== null && !this.regions.has(this.#hover)) this.#hover = null;
  }

  #hit(at: ImagePoint, reach: number): Hit {
    const margin = reach / this.view.scale;
    const turning = this.turnHandle;
    if (turning && Math.hypot(at[0] - turning.at[0], at[1] - turning.at[1]) <= margin)
      return { on: 'turn', id: this.regionsWithHandles[0]!.id };
    for (const region of this.regionsWithHandles) {
      const handle = handleAt(region, at, margin);
      if (handle) return { ...handle, id: region.id };
    }
    const stack = this.#stack(at, reach);
    const region = stack.find(({ id }) => id === this.#preferred) ?? stack[0];
    return region ? { on: 'region', id: region.id } : { on: 'nothing' };
  }

  #stack(at: ImagePoint, reach: number): readonly Region[] {
    return this.#store.at(at, Math.min(reach, REGION_MARGIN) / this.view.scale);
  }

  #tell(): void {
    if (!this.#gate.isBrief) this.#tellNow();
  }

  #tellNow(): void {
    for (const listener of this.#listeners) listener();
    this.#tellSaving();
  }

  #tellSaving(): void {
    for (const listener of this.#savingListeners) listener();
  }

  readonly #handle: EditorHandle = this.#makeHandle();

  #makeHandle(): EditorHandle {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the handle's getters read the session as it is now
    const session = this;
    return {
      get imageSize() {
        return session.imageSize;
      },
      get scale() {
        return session.view.scale;
      },
      get options() {
        return session.#options;
      },
      get selection() {
        return session.#selection;
      },
      get movable() {
        return session.#isReadOnly ? [] : session.#store.free(session.#selection);
      },
      region: (id) => session.regions.get(id),
      hit: (at, reach) => session.#hit(at, reach),
      stack: (at, reach) => session.#stack(at, reach).map(({ id }) => id),
      within: (rect) => session.#store.within(rect),
      suggestionAt: (at, reach) =>
        session.#isReadOnly
          ? null
          : session.#suggestions.at(at, Math.min(reach, REGION_MARGIN) / session.view.scale, session.regions),
      focusSuggestion: (id) => session.#suggestions.focus(id),
      take: (suggestion) => session.#suggestions.take(suggestion, session.#newRegionId()),
      select: (ids) => session.#select(ids),
      prefer: (id) => {
        session.#preferred = id;
        session.#select([id]);
      },
      newRegionId: () => session.#newRegionId(),
      newBox: (id, rect) => ({
        kind: 'box',
        id,
        labelId: session.#armed,
        ...DRAWN_BY_HAND,
        ...rect,
      }),
      preview: (regions) => {
        session.#preview = session.#isReadOnly ? [] : regions;
      },
      sketch: (sketch) => {
        session.#sketch = sketch;
      },
      commit: (change) => session.#commit(change),
      drew: () => {
        if (!session.#options.keepsArmed) session.#armed = null;
      },
      pan: (dx, dy) => session.pan(dx, dy),
    };
  }
}

/** Another label or note is no reason to move a region that came from elsewhere and lies half outside. */
function isSamePlace(made: Region, region: Region): boolean {
  const [a, b] = [geometryOf(made).bounds(made), geometryOf(region).bounds(region)];
  const isSameAngle = geometryOf(made).angle(made) === geometryOf(region).angle(region);
  return isSameAngle && a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
