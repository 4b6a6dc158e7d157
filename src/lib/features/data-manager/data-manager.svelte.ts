import { isByNumber, isEverything, type TaskFilter, type TaskOrder } from '$lib/domain/filter';
import type { ProjectId } from '$lib/domain/ids';
import type { ListLook, SavedView } from '$lib/domain/list-look';
import type { Project } from '$lib/domain/project';
import type { Task } from '$lib/domain/task';
import { isSameQuery, type TaskQuery } from '$lib/services/ports/task-index';
import type { Services } from '$lib/services/services';
import type { LabelMode } from '$lib/services/tasks/task-streams';
import type { ListHead } from '$lib/services/tasks/list-head';
import { notices } from '$lib/ui/notices.svelte';
import { rowWindow, type RowWindow } from '$lib/ui/virtual-rows';
import { readColumns, withNewColumns, type Column } from './columns';
import { ProjectFolders } from './project-folders.svelte';
import { everything, extended, inOrder, NOTHING_SELECTED, toggled, type Selection } from './selection';
import { isRead, PartialList } from './partial-list.svelte';
import { FIRST_VIEW, readViews, seedOf, withFirst } from './views';
import { listPlaces } from './list-places';
import { isNarrow, perLine, rowHeight, type ListView } from './row-sizes';

const READ_EVERY_MS = 50;
/** Delay before the whole list is indexed for filters, in milliseconds: the first rows are shown before. */
const WARM_UP_MS = 1200;
/** Debounce of saving the list's look, in milliseconds, so that a filter being typed is written once. */
const SAVE_LOOK_AFTER_MS = 500;

/** State of the data manager: the numbers of all tasks in order, and the visible rows. */
export class DataManagerState {
  readonly #services: Services;
  readonly projectId: ProjectId;

  project = $state.raw<Project | null | undefined>(undefined);
  head = $state.raw<ListHead | null>(null);
  readonly folders: ProjectFolders;
  rows = $state.raw<ReadonlyMap<number, Task>>(new Map());
  view = $state<ListView>('list');
  columns = $state.raw<readonly Column[]>([]);
  views = $state.raw<readonly SavedView[]>([FIRST_VIEW]);
  viewId = $state(FIRST_VIEW.id);
  selection = $state.raw<Selection>(NOTHING_SELECTED);
  /** Error of the filter, for example an invalid pattern. */
  failure = $state.raw<unknown>(null);
  scrollTop = $state(0);
  viewHeight = $state(600);
  viewWidth = $state(1000);
  /** Answer of the index, with the query that it belongs to; null until the first answer. */
  #found = $state.raw<{ readonly query: TaskQuery; readonly numbers: Int32Array } | null>(null);
  readonly #partial: PartialList;
  #isWarm = $state(false);
  #requested = $state.raw<readonly number[]>([]);
  #requestedAt = 0;
  /** True if this browser has stored no look of the list for this project. */
  #hasNoOwnLook = false;
  #savingLook: ReturnType<typeof setTimeout> | undefined;

  readonly current = $derived(this.views.find((view) => view.id === this.viewId) ?? FIRST_VIEW);
  readonly query: TaskQuery = $derived.by(() => ({
    projectId: this.projectId,
    filter: this.current.filter,
    order: this.current.order,
  }));
  readonly isPlain = $derived(isEverything(this.query.filter) && isByNumber(this.query.order));
  /** A list by number without gaps is known without reading anything. */
  readonly #plain = $derived(
    this.isPlain && this.head?.isWithoutGaps
      ? Int32Array.from({ length: this.head.total }, (_, at) => at + 1)
      : null,
  );
  /** The whole list; null until it is read. After a change the previous list stays until the new one arrives. */
  readonly list = $derived(this.#plain ?? this.#found?.numbers ?? null);
  /** The list, or null while it still belongs to an earlier query. */
  readonly #listNow = $derived(
    this.#plain ?? (this.#found && isSameQuery(this.#found.query, this.query) ? this.#found.numbers : null),
  );
  readonly #shownList = $derived.by(() => this.list ?? (this.isPlain ? this.#partial.of(this.head) : null));
  readonly shown = $derived(this.#shownList?.length ?? 0);
  readonly isNarrow = $derived(isNarrow(this.viewWidth));
  readonly hasColumnNames = $derived(this.view === 'list' && !this.isNarrow);
  readonly perLine = $derived(perLine(this.view, this.viewWidth));
  readonly rowHeight = $derived(rowHeight(this.view, this.viewWidth));
  readonly lineCount = $derived(Math.ceil(this.shown / this.perLine));
  readonly window: RowWindow = $derived(
    rowWindow(this.scrollTop, this.viewHeight, this.rowHeight, this.lineCount),
  );
  readonly visible: readonly number[] = $derived([
    ...(this.#shownList?.subarray(this.window.first * this.perLine, this.window.end * this.perLine) ?? []),
  ]);
  readonly selectedCount = $derived(this.selection.numbers.size);

  constructor(services: Services, projectId: ProjectId) {
    this.#services = services;
    this.projectId = projectId;
    this.folders = new ProjectFolders(services, projectId);
    this.#partial = new PartialList((count) => services.tasks.firstNumbers(projectId, count));
    const { preferences } = services;
    this.view = preferences.get('list-view') === 'grid' ? 'grid' : 'list';
    this.columns = readColumns(preferences.get(`columns/${projectId}`));
    this.views = readViews(preferences.get(`views/${projectId}`));
    this.#hasNoOwnLook =
      preferences.get(`columns/${projectId}`) === null && preferences.get(`views/${projectId}`) === null;
    const place = listPlaces.get(projectId);
    // Another tab may have closed the view.
    if (!place || !this.views.some(({ id }) => id === place.viewId)) return;
    [this.viewId, this.scrollTop] = [place.viewId, place.scrollTop];
    this.selection = { numbers: place.selected, anchor: 0 };
    this.#isWarm = true;
  }

  /** Follows the project. Returns an unsubscribe function. */
  follow(): () => void {
    const { projects, tasks, jobs } = this.#services;
    jobs.prepare();
    const warmUp = setTimeout(() => (this.#isWarm = true), WARM_UP_MS);
    const stops = [
      projects.watch(this.projectId, (project) => this.#setProject(project ?? null), notices.showError),
      tasks.watchHead(this.projectId, (head) => this.#setHead(head), notices.showError),
      this.folders.follow(),
      () => clearTimeout(warmUp),
    ];
    return () => stops.forEach((stop) => stop());
  }

  #setHead(head: ListHead): void {
    this.head = head;
    if (this.#listNow) this.#partial.end(this.#listNow);
    else if (this.isPlain) this.#partial.begin().catch(notices.showError);
  }

  /** Resolves to the whole list for the present filter and order. */
  wholeList(): Promise<Int32Array> {
    if (this.failure instanceof Error) return Promise.reject(this.failure);
    return this.#listNow ? Promise.resolve(this.#listNow) : this.#partial.wait();
  }

  /** Follows which tasks match. Called again when the filter or the order changes. */
  followList(): (() => void) | undefined {
    if (!this.#isWarm && (this.head === null || this.#plain !== null)) return undefined;
    const { query } = this;
    this.failure = null;
    return this.#services.tasks.watchNumbers(
      query,
      (numbers) => {
        this.failure = null;
        this.#found = { query, numbers };
        this.#partial.end(numbers);
      },
      (error) => {
        this.failure = error;
        this.#partial.fail(error);
      },
    );
  }

  /** Requests the visible rows, throttled while the list scrolls. Called again when the visible rows change. */
  requestRows(): () => void {
    const { visible } = this;
    const timer = setTimeout(
      () => {
        this.#requestedAt = performance.now();
        this.#requested = visible.filter(isRead);
      },
      Math.max(0, this.#requestedAt + READ_EVERY_MS - performance.now()),
    );
    return () => clearTimeout(timer);
  }

  /** Follows the requested rows. Called again when the request changes. */
  followRows(): () => void {
    return this.#services.tasks.watchRows(
      this.projectId,
      this.#requested,
      (tasks) => (this.rows = new Map(tasks.map((task) => [task.number, task]))),
      notices.showError,
    );
  }

  /** Stores the view, scroll position and selection, for coming back to the list. */
  leave(): void {
    const { viewId, scrollTop } = this;
    listPlaces.set(this.projectId, { viewId, scrollTop, selected: this.selection.numbers });
  }

  /**
   * [Note: How a list looks]
   * Columns and views come from the browser's preferences, which are available before the first paint. The project
   * stores a copy for backups, and for browsers that have no preferences for it.
   */
  #setProject(project: Project | null): void {
    if (!this.project && project?.listLook && this.#hasNoOwnLook) {
      this.columns = withNewColumns(project.listLook.columns);
      this.views = withFirst(project.listLook.views);
    } else if (!this.project && project && !project.listLook && !this.#hasNoOwnLook) this.#saveLook();
    this.project = project;
  }

  #saveLook(): void {
    this.#hasNoOwnLook = false;
    const { projectId, columns, views } = this;
    const look = $state.snapshot({ columns, views }) as ListLook;
    clearTimeout(this.#savingLook);
    this.#savingLook = setTimeout(
      () => void this.#services.projects.keepListLook(projectId, look).catch(notices.showError),
      SAVE_LOOK_AFTER_MS,
    );
  }

  setView(view: ListView): void {
    this.view = view;
    this.#services.preferences.set('list-view', view);
  }

  setColumns(columns: readonly Column[]): void {
    this.columns = columns;
    this.#services.preferences.set(`columns/${this.projectId}`, JSON.stringify(columns));
    this.#saveLook();
  }

  setFilter(filter: TaskFilter): void {
    this.#change({ filter });
    this.selection = NOTHING_SELECTED;
    this.scrollTop = 0;
  }

  setOrder(order: TaskOrder): void {
    this.#change({ order });
  }

  addView(name: string): void {
    const view: SavedView = { ...this.current, id: this.#services.makeId(), name };
    this.#setViews([...this.views, view]);
    this.viewId = view.id;
  }

  renameView(id: string, name: string): void {
    this.#setViews(this.views.map((view) => (view.id === id ? { ...view, name } : view)));
  }

  closeView(id: string): void {
    if (this.viewId === id) this.chooseView(FIRST_VIEW.id);
    this.#setViews(this.views.filter((view) => view.id !== id));
  }

  chooseView(id: string): void {
    if (id === this.viewId) return;
    this.viewId = id;
    this.selection = NOTHING_SELECTED;
    this.scrollTop = 0;
  }

  #change(changes: Partial<SavedView>): void {
    this.#setViews(this.views.map((view) => (view.id === this.viewId ? { ...view, ...changes } : view)));
  }

  #setViews(views: readonly SavedView[]): void {
    this.views = views;
    this.#services.preferences.set(`views/${this.projectId}`, JSON.stringify(views));
    this.#saveLook();
  }

  /** Toggles one task; with `isStretch` (Shift), selects from the last selected one to this one. */
  select(at: number, isStretch: boolean): void {
    const list = this.#shownList;
    if (list && isRead(list[at] ?? 0))
      this.selection = (isStretch ? extended : toggled)(this.selection, list, at);
  }

  /** Selects all tasks, once the list is read. Selects none if the filter has an error. */
  selectAll(): void {
    const { filter } = this.current;
    const select = (list: Int32Array) => {
      if (this.current.filter === filter) this.selection = everything(list);
    };
    if (this.#listNow) select(this.#listNow);
    else this.wholeList().then(select, () => undefined);
  }

  clearSelection(): void {
    this.selection = NOTHING_SELECTED;
  }

  selectedInOrder(): Int32Array {
    return inOrder(this.selection, this.list ?? new Int32Array());
  }

  /** When a task is opened from the list, the labelling page goes through the list as it is displayed. */
  startStream(): void {
    const { query, numbers } = this.#plain
      ? { query: this.query, numbers: this.#plain }
      : (this.#found ?? {});
    if (query && numbers) this.#services.tasks.streams.follow(query, numbers);
  }

  /** Starts labelling all tasks in an order. Resolves to the first open task, or null if all are done. */
  async labelAll(mode: LabelMode): Promise<Task | null> {
    await this.#services.tasks.streams.start(this.query, mode, seedOf(this.projectId));
    return this.#services.tasks.nextOpen(this.projectId);
  }

  readonly sync = () => this.#services.sources.syncAll(this.projectId);
}
