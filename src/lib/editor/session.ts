import { apply, byId, invert, type RegionChange } from '$lib/domain/change';
import { clamp, type Rect, type Size } from '$lib/domain/geometry';
import { screenPoint, type ImagePoint, type LabelId, type RegionId, type ScreenPoint } from '$lib/domain/ids';
import { GEOMETRY, type Region } from '$lib/domain/region';
import { MIN_BOX_SIDE } from '$lib/domain/regions/box';
import { EMPTY_HISTORY, record, stepBack, stepForward, type History } from './history';
import { handleAt, RegionGrid, type Hit } from './hit-test';
import { makeTools } from './tools/all';
import type { EditorHandle, PointerInput, ToolId } from './tools/tool';
import { centred, fit, panBy, screenToImage, zoomAbout, type Viewport } from './viewport';

export interface SessionInput {
  readonly regions: ReadonlyMap<RegionId, Region>;
  readonly imageSize: Size;
  readonly newRegionId: () => RegionId;
  /** Settles when the change is on disk. */
  readonly write: (change: RegionChange) => Promise<void>;
}

type Step = () => void;

/**
 * One open picture: regions, history, selection, tools and view, without any screen.
 *
 * [Note: Gate]
 * Every committed gesture is on disk before the next one can be made. While a change is being written,
 * pointer inputs and commands wait in a queue and are played when the write is done. If a write fails, the
 * change is taken back, what waited is dropped, and the session says so until `retry`.
 */
export class EditorSession {
  readonly imageSize: Size;
  readonly #newRegionId: () => RegionId;
  readonly #write: (change: RegionChange) => Promise<void>;
  readonly #tools = makeTools();
  readonly #listeners = new Set<() => void>();

  #regions: ReadonlyMap<RegionId, Region>;
  #history: History = EMPTY_HISTORY;
  #selection: ReadonlySet<RegionId> = new Set();
  #hover: RegionId | null = null;
  #preview: readonly Region[] = [];
  #tool: ToolId = 'box';
  #temporaryTool: ToolId | null = null;
  #armed: LabelId | null = null;
  #grid: RegionGrid | null = null;
  #canvas: Size = { width: 1, height: 1 };
  #view: Viewport | null = null;
  #isFitted = true;
  #writing: Promise<void> | null = null;
  #waiting: Step[] = [];
  #failure: unknown = null;
  #isReadOnly = false;

  constructor({ regions, imageSize, newRegionId, write }: SessionInput) {
    this.#regions = regions;
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
    return this.#writing !== null;
  }
  /** Why the last write failed; null while all is well. */
  get failure(): unknown {
    return this.#failure;
  }
  get isReadOnly(): boolean {
    return this.#isReadOnly;
  }
  get view(): Viewport {
    return (this.#view ??= fit(this.imageSize, this.#canvas));
  }

  /** Settles when nothing waits and everything is on disk. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  setReadOnly(isReadOnly: boolean): void {
    this.#isReadOnly = isReadOnly;
    this.#tell();
  }

  /** Takes input again after a failed write. */
  retry(): void {
    this.#failure = null;
    this.#tell();
  }

  pointer(input: PointerInput): void {
    this.#whenWritten(() => {
      if (this.#isReadOnly && this.tool === 'box') return;
      const tool = this.#tools.find(({ id }) => id === this.tool)!;
      tool.handle(input, this.#handle);
      this.#tell();
    });
  }

  /** Escape: forgets the gesture under way; without one, the selection. */
  escape(): void {
    const isBusy = this.#tools.some((tool) => !tool.isIdle());
    for (const tool of this.#tools) tool.handle({ type: 'cancel' }, this.#handle);
    if (!isBusy) this.#selection = new Set();
    this.#tell();
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
    for (const tool of this.#tools) tool.handle({ type: 'cancel' }, this.#handle);
    this.#tool = id;
    this.#tell();
  }

  /** A tool for as long as a key or button is held; null: the chosen one again. */
  setTemporaryTool(id: ToolId | null): void {
    this.#temporaryTool = id;
    this.#tell();
  }

  /** Arms a label for the next boxes, and gives it to what is selected. */
  chooseLabel(labelId: LabelId): void {
    this.#armed = labelId;
    this.#change((region) => (region.labelId === labelId ? null : { ...region, labelId }));
    this.#tell();
  }

  select(ids: Iterable<RegionId>): void {
    this.#selection = new Set([...ids].filter((id) => this.#regions.has(id)));
    this.#tell();
  }

  selectAll(): void {
    this.select(this.#regions.keys());
  }

  /** The region after the selected one, round the list. */
  selectNext(): void {
    const ids = [...this.#regions.keys()];
    const last = [...this.#selection].at(-1);
    const at = last === undefined ? -1 : ids.indexOf(last);
    if (ids.length > 0) this.select([ids[(at + 1) % ids.length]!]);
  }

  deleteSelected(): void {
    this.#command(() => {
      const gone = [...this.#selection].flatMap((id) => this.#regions.get(id) ?? []);
      if (gone.length > 0) this.#commit({ before: byId(gone), after: new Map() });
    });
  }

  /** In image pixels; stopped at the picture's edges. */
  nudge(dx: number, dy: number): void {
    this.#change((region) => GEOMETRY[region.kind].translate(region, dx, dy, this.imageSize));
  }

  /** Moves the right and lower edge, in image pixels. */
  growSelected(dx: number, dy: number): void {
    this.#change((box) => ({
      ...box,
      width: clamp(box.width + dx, MIN_BOX_SIDE, this.imageSize.width - box.x),
      height: clamp(box.height + dy, MIN_BOX_SIDE, this.imageSize.height - box.y),
    }));
  }

  /** A box without a pointer: the middle third of what is seen of the picture. */
  addBox(): void {
    this.#command(() => {
      const corner = (part: number) =>
        screenToImage(this.view, screenPoint(this.#canvas.width * part, this.#canvas.height * part));
      const [low, high] = [corner(1 / 3), corner(2 / 3)];
      const inside = (value: number, limit: number) => clamp(value, 0, limit - MIN_BOX_SIDE);
      const x = inside(low[0], this.imageSize.width);
      const y = inside(low[1], this.imageSize.height);
      const width = clamp(high[0] - x, MIN_BOX_SIDE, this.imageSize.width - x);
      const height = clamp(high[1] - y, MIN_BOX_SIDE, this.imageSize.height - y);
      const box = this.#handle.newBox({ x, y, width, height });
      this.#commit({ before: new Map(), after: byId([box]) });
      this.select([box.id]);
    });
  }

  /** Reset: everything as given, in one step that can be undone. */
  replaceAll(regions: ReadonlyMap<RegionId, Region>): void {
    this.#command(() => this.#commit({ before: this.#regions, after: regions }));
  }

  undo(): void {
    this.#command(() => {
      const step = this.#history.done.at(-1);
      if (step) this.#apply(invert(step), stepBack(this.#history));
    });
  }

  redo(): void {
    this.#command(() => {
      const step = this.#history.undone.at(-1);
      if (step) this.#apply(step, stepForward(this.#history));
    });
  }

  resizeCanvas(size: Size): void {
    this.#canvas = size;
    if (this.#isFitted || !this.#view) this.#view = fit(this.imageSize, size);
    this.#tell();
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

  /** Changes each selected region; null leaves one as it is. */
  #change(next: (region: Region) => Region | null): void {
    this.#command(() => {
      const before: Region[] = [];
      const after: Region[] = [];
      for (const id of this.#selection) {
        const region = this.#regions.get(id);
        const changed = region && next(region);
        if (!region || !changed) continue;
        before.push(region);
        after.push(changed);
      }
      if (after.length > 0) this.#commit({ before: byId(before), after: byId(after) });
    });
  }

  #command(step: Step): void {
    this.#whenWritten(() => {
      if (!this.#isReadOnly) step();
      this.#tell();
    });
  }

  /** See [Note: Gate]. */
  #whenWritten(step: Step): void {
    if (this.#failure !== null) return;
    if (this.#writing) this.#waiting.push(step);
    else step();
  }

  #commit(change: RegionChange): void {
    if (!this.#isReadOnly) this.#apply(change, record(this.#history, change));
  }

  #apply(change: RegionChange, history: History): void {
    const previous = { regions: this.#regions, history: this.#history };
    this.#setRegions(apply(this.#regions, change));
    this.#history = history;
    this.#writing = this.#write(change).then(
      () => this.#afterWrite(),
      (error: unknown) => {
        this.#setRegions(previous.regions);
        this.#history = previous.history;
        this.#waiting = [];
        this.#failure = error;
        this.#afterWrite();
      },
    );
  }

  #afterWrite(): void {
    this.#writing = null;
    while (!this.isSaving && this.#waiting.length > 0) this.#waiting.shift()!();
    this.#tell();
  }

  #setRegions(regions: ReadonlyMap<RegionId, Region>): void {
    this.#regions = regions;
    this.#grid = null;
    this.#selection = new Set([...this.#selection].filter((id) => regions.has(id)));
    if (this.#hover !== null && !regions.has(this.#hover)) this.#hover = null;
  }

  #hit(at: ImagePoint, reach: number): Hit {
    const margin = reach / this.view.scale;
    for (const id of this.#selection) {
      const region = this.#regions.get(id);
      const handle = region && handleAt(region, at, margin);
      if (handle) return { on: 'handle', id, handle };
    }
    this.#grid ??= new RegionGrid(this.#regions.values(), this.imageSize);
    const region = this.#grid.at(at, Math.min(margin, 3 / this.view.scale))[0];
    return region ? { on: 'region', id: region.id } : { on: 'nothing' };
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
      select: (ids) => session.select(ids),
      newBox: (rect: Rect) => ({
        kind: 'box',
        id: session.#newRegionId(),
        labelId: session.#armed,
        origin: 'manual',
        ...rect,
      }),
      preview: (regions) => {
        session.#preview = session.#isReadOnly ? [] : regions;
      },
      commit: (change) => session.#commit(change),
      pan: (dx, dy) => session.pan(dx, dy),
    };
  }
}
