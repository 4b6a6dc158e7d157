import { apply, byId, invert, type RegionChange } from '$lib/domain/change';
import { clamp, type Rect, type Size } from '$lib/domain/geometry';
import { screenPoint, type ImagePoint, type LabelId, type RegionId, type ScreenPoint } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import { DRAWN_BY_HAND } from '$lib/domain/regions/box';
import { MIN_BOX_SIDE } from '$lib/domain/regions/resize-box';
import { difference } from './difference';
import { Gate } from './gate';
import { EMPTY_HISTORY, record, stepBack, stepForward, type History, type Step } from '$lib/domain/history';
import { handleAt, RegionGrid, type Hit } from './hit-test';
import { moveTogether } from './move-together';
import { makeTools } from './tools/all';
import type { EditorHandle, PointerInput, ToolId } from './tools/tool';
import {
  centred,
  fit,
  keepInSight,
  panBy,
  screenToImage,
  visiblePart,
  zoomAbout,
  type Viewport,
} from './viewport';

export interface SessionInput {
  readonly regions: ReadonlyMap<RegionId, Region>;
  readonly imageSize: Size;
  readonly newRegionId: () => RegionId;
  /** Settles when the change is on disk. */
  readonly write: (change: RegionChange, step: Step) => Promise<void>;
  /** Undo and redo of work that was left unsent. */
  readonly history?: History;
}

/** How a person likes to draw. */
export interface EditorOptions {
  /** A label stays armed after a box was drawn. */
  readonly keepsArmed: boolean;
  /** Points fall on whole picture pixels. */
  readonly snapsToPixel: boolean;
  readonly showsCrosshair: boolean;
  /** Off: every pixel a square, at every zoom. */
  readonly isSmooth: boolean;
}
const PLAIN_OPTIONS: EditorOptions = {
  keepsArmed: true,
  snapsToPixel: false,
  showsCrosshair: false,
  isSmooth: true,
};

/** With more regions selected, handles would hide them, and drawing and finding them would be slow. */
const MOST_WITH_HANDLES = 50;
/** A press this near to a region is on it, in CSS pixels: lines can be taken from both sides. */
const REGION_MARGIN = 3;

/**
 * One open picture: regions, history, selection, tools and view, without any screen. What a person does goes
 * through the gate (see [Note: Gate]); where the picture lies and what is hovered does not.
 */
export class EditorSession {
  readonly imageSize: Size;
  readonly #newRegionId: () => RegionId;
  readonly #write: SessionInput['write'];
  readonly #tools = makeTools();
  readonly #listeners = new Set<() => void>();
  readonly #gate = new Gate(() => this.#tell());

  #regions: ReadonlyMap<RegionId, Region>;
  #history: History;
  #selection: ReadonlySet<RegionId> = new Set();
  #hidden: ReadonlySet<RegionId> = new Set();
  #options = PLAIN_OPTIONS;
  #hover: RegionId | null = null;
  #preview: readonly Region[] = [];
  #tool: ToolId = 'box';
  #temporaryTool: ToolId | null = null;
  #armed: LabelId | null = null;
  #grid: RegionGrid | null = null;
  #canvas: Size = { width: 1, height: 1 };
  #view: Viewport | null = null;
  #isFitted = true;
  #isReadOnly = false;
  #isHeld = false;

  constructor({ regions, imageSize, newRegionId, write, history = EMPTY_HISTORY }: SessionInput) {
    this.#regions = regions;
    this.#history = history;
    this.imageSize = imageSize;
    this.#newRegionId = newRegionId;
    this.#write = write;
  }

  /** Tells after every change of anything below. The answer stops it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get regions(): ReadonlyMap<RegionId, Region> {
    return this.#regions;
  }
  get selection(): ReadonlySet<RegionId> {
    return this.#selection;
  }
  /** Regions that are neither drawn nor found under a pointer; they are there all the same. */
  get hidden(): ReadonlySet<RegionId> {
    return this.#hidden;
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
  get tool(): ToolId {
    return this.#temporaryTool ?? this.#tool;
  }
  /** The selected regions whose edges can be taken. */
  get regionsWithHandles(): readonly Region[] {
    if (this.tool !== 'select' || this.#isReadOnly || this.#selection.size > MOST_WITH_HANDLES) return [];
    return [...this.#selection].flatMap((id) => {
      const region = this.#regions.get(id);
      return region && !region.isLocked && !this.#hidden.has(id) ? [region] : [];
    });
  }
  get armedLabel(): LabelId | null {
    return this.#armed;
  }
  get canUndo(): boolean {
    return this.#history.done.length > 0;
  }
  get canRedo(): boolean {
    return this.#history.undone.length > 0;
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
    return (this.#view ??= fit(this.imageSize, this.#canvas));
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
    this.#setRegions(regions);
    this.#tell();
  }

  setHidden(ids: Iterable<RegionId>, isHidden: boolean): void {
    const hidden = new Set(this.#hidden);
    for (const id of ids) {
      if (isHidden) hidden.add(id);
      else hidden.delete(id);
    }
    this.#hidden = hidden;
    this.#grid = null;
    this.#tell();
  }

  /** Takes input again after a failed write. */
  retry(): void {
    this.#gate.retry();
    this.#tell();
  }

  /** A gesture ends with the tool that it began with, whatever is chosen or held meanwhile. */
  pointer(input: PointerInput): void {
    this.#gate.work(() => {
      const tool = this.#toolInGesture ?? this.#tools.find(({ id }) => id === this.tool)!;
      if (this.#isReadOnly && tool.id === 'box') return;
      tool.handle(input, this.#handle);
      this.#tell();
    });
  }

  /** Escape: forgets the gesture under way; without one, the selection. */
  escape(): void {
    this.#choose(() => {
      if (this.#toolInGesture) this.#forgetGesture();
      else this.#selection = new Set();
    });
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

  /** Arms a label for the box being drawn and the next ones; between gestures, gives it to what is selected. */
  chooseLabel(labelId: LabelId): void {
    this.#choose(() => {
      this.#armed = labelId;
    });
    this.#gate.work(() => {
      if (!this.#toolInGesture) this.#change((regions) => regions.map((region) => ({ ...region, labelId })));
    });
  }

  select(ids: Iterable<RegionId>): void {
    this.#choose(() => this.#select(ids));
  }

  selectAll(): void {
    this.#choose(() => this.#select(this.#regions.keys()));
  }

  /** The region after the selected one, round the list. */
  selectNext(): void {
    this.#choose(() => {
      const ids = [...this.#regions.keys()];
      const last = [...this.#selection].at(-1);
      const at = last === undefined ? -1 : ids.indexOf(last);
      if (ids.length > 0) this.#select([ids[(at + 1) % ids.length]!]);
    });
  }

  /** Makes other regions of these, in one step, whatever is selected; null deletes. */
  change(ids: Iterable<RegionId>, next: (region: Region) => Region | null): void {
    this.#command(() => {
      const before = [...ids].flatMap((id) => this.#regions.get(id) ?? []);
      const change = difference(
        before,
        before.flatMap((region) => next(region) ?? []),
      );
      if (change) this.#commit(change);
    });
  }

  deleteSelected(): void {
    this.#change(() => []);
  }

  /** In image pixels; stopped, all together, at the picture's edges. */
  nudge(dx: number, dy: number): void {
    this.#change((regions) => moveTogether(regions, dx, dy, this.imageSize));
  }

  /** Moves the right and lower edge, in image pixels. */
  growSelected(dx: number, dy: number): void {
    this.#change((boxes) =>
      boxes.map((box) => ({
        ...box,
        width: clamp(box.width + dx, MIN_BOX_SIDE, this.imageSize.width - box.x),
        height: clamp(box.height + dy, MIN_BOX_SIDE, this.imageSize.height - box.y),
      })),
    );
  }

  /** A box without a pointer: the middle third of what is seen of the picture. */
  addBox(): void {
    this.#command(() => {
      const seen = visiblePart(this.view, this.imageSize, this.#canvas);
      const width = Math.max(MIN_BOX_SIDE, seen.width / 3);
      const height = Math.max(MIN_BOX_SIDE, seen.height / 3);
      const x = clamp(seen.x + (seen.width - width) / 2, 0, this.imageSize.width - width);
      const y = clamp(seen.y + (seen.height - height) / 2, 0, this.imageSize.height - height);
      const box = this.#handle.newBox(this.#newRegionId(), { x, y, width, height });
      this.#commit({ before: new Map(), after: byId([box]) });
      this.#select([box.id]);
    });
  }

  /** Reset: everything as given, in one step that can be undone. */
  replaceAll(regions: ReadonlyMap<RegionId, Region>): void {
    this.#command(() => {
      const change = difference(this.#regions.values(), regions.values());
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
        const step = this.#history.done.at(-1);
        if (step) this.#apply(invert(step), 'undo', stepBack(this.#history));
      });
    });
  }

  redo(): void {
    this.#command(() => {
      const step = this.#history.undone.at(-1);
      if (step) this.#apply(step, 'redo', stepForward(this.#history));
    });
  }

  resizeCanvas(size: Size): void {
    this.#canvas = size;
    if (this.#isFitted) this.fit();
    else this.#look(keepInSight(this.view, this.imageSize, size));
  }
  fit(): void {
    this.#look(fit(this.imageSize, this.#canvas), true);
  }
  actualSize(): void {
    this.#look(centred(this.imageSize, this.#canvas, 1));
  }
  /** About a point of the canvas; null: its middle. */
  zoom(factor: number, about: ScreenPoint | null = null): void {
    const middle = screenPoint(this.#canvas.width / 2, this.#canvas.height / 2);
    this.#look(zoomAbout(this.view, about ?? middle, factor, this.imageSize, this.#canvas));
  }
  /** In CSS pixels. */
  pan(dx: number, dy: number): void {
    this.#look(panBy(this.view, dx, dy, this.imageSize, this.#canvas));
  }
  toImage(point: ScreenPoint): ImagePoint {
    return screenToImage(this.view, point);
  }

  #look(view: Viewport, isFitted = false): void {
    this.#view = view;
    this.#isFitted = isFitted;
    this.#tell();
  }

  /** Makes other regions of the selected ones, in one change. */
  #change(next: (regions: readonly Region[]) => readonly Region[]): void {
    this.#command(() => {
      const before = [...this.#selection].flatMap((id) => unlocked(this.#regions.get(id)));
      const change = before.length > 0 ? difference(before, next(before)) : null;
      if (change) this.#commit(change);
    });
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
    this.#selection = new Set([...ids].filter((id) => this.#regions.has(id)));
  }

  get #toolInGesture() {
    return this.#tools.find((tool) => !tool.isIdle());
  }

  #forgetGesture(): void {
    for (const tool of this.#tools) tool.handle({ type: 'cancel' }, this.#handle);
  }

  #commit(change: RegionChange): void {
    if (!this.#isReadOnly) this.#apply(change, 'do', record(this.#history, change));
  }

  #apply(change: RegionChange, step: Step, history: History): void {
    const previous = { regions: this.#regions, history: this.#history };
    this.#setRegions(apply(this.#regions, change));
    this.#history = history;
    this.#gate.shut(this.#write(change, step), () => {
      this.#forgetGesture();
      this.#setRegions(previous.regions);
      this.#history = previous.history;
    });
  }

  #setRegions(regions: ReadonlyMap<RegionId, Region>): void {
    this.#regions = regions;
    this.#grid = null;
    this.#selection = new Set([...this.#selection].filter((id) => regions.has(id)));
    if (this.#hover !== null && !regions.has(this.#hover)) this.#hover = null;
  }

  #hit(at: ImagePoint, reach: number): Hit {
    const margin = reach / this.view.scale;
    for (const region of this.regionsWithHandles) {
      const handle = handleAt(region, at, margin);
      if (handle) return { on: 'handle', id: region.id, handle };
    }
    this.#grid ??= new RegionGrid(this.#seen(), this.imageSize);
    const region = this.#grid.at(at, Math.min(reach, REGION_MARGIN) / this.view.scale)[0];
    return region ? { on: 'region', id: region.id } : { on: 'nothing' };
  }

  #seen(): Iterable<Region> {
    return this.#hidden.size === 0
      ? this.#regions.values()
      : [...this.#regions.values()].filter(({ id }) => !this.#hidden.has(id));
  }

  #snapped(rect: Rect): Rect {
    if (!this.#options.snapsToPixel) return rect;
    const [x, y] = [Math.round(rect.x), Math.round(rect.y)];
    const side = (start: number, end: number) => Math.max(MIN_BOX_SIDE, Math.round(end) - start);
    return { x, y, width: side(x, rect.x + rect.width), height: side(y, rect.y + rect.height) };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
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
      get selection() {
        return session.#selection;
      },
      region: (id) => session.#regions.get(id),
      hit: (at, reach) => session.#hit(at, reach),
      select: (ids) => session.#select(ids),
      newRegionId: () => session.#newRegionId(),
      newBox: (id, rect) => ({
        kind: 'box',
        id,
        labelId: session.#armed,
        ...DRAWN_BY_HAND,
        ...session.#snapped(rect),
      }),
      preview: (regions) => {
        session.#preview = session.#isReadOnly ? [] : regions;
      },
      commit: (change) => session.#commit(change),
      drew: () => {
        if (!session.#options.keepsArmed) session.#armed = null;
      },
      pan: (dx, dy) => session.pan(dx, dy),
    };
  }
}

/** What is locked stays as it is, whoever else is selected. */
const unlocked = (region: Region | undefined): readonly Region[] =>
  region && !region.isLocked ? [region] : [];
