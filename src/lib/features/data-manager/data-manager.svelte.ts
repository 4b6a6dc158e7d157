import type { ProjectId, TaskId } from '$lib/domain/ids';
import type { Project } from '$lib/domain/project';
import type { SourceStorage } from '$lib/domain/source';
import type { Task } from '$lib/domain/task';
import type { Services } from '$lib/services/services';
import type { TaskCounts } from '$lib/services/tasks';
import { notices } from '$lib/ui/notices.svelte';
import { rowWindow, type RowWindow } from '$lib/ui/virtual-rows';

export type ListView = 'list' | 'grid';

/** Heights of a table row and of a card with its gap, in CSS pixels. */
export const ROW_HEIGHT = 64;
export const CARD_HEIGHT = 176;
const CARD_WIDTH = 176;

/** What the data manager shows: all ids, and the rows that are on the screen. */
export class DataManagerState {
  readonly #services: Services;
  readonly projectId: ProjectId;

  project = $state.raw<Project | null | undefined>(undefined);
  ids = $state.raw<readonly TaskId[] | null>(null);
  counts = $state.raw<TaskCounts>({ unlabelled: 0, draft: 0, submitted: 0, skipped: 0 });
  sources = $state.raw<readonly SourceStorage[]>([]);
  /** Folders that the browser wants to hear about again. */
  closed = $state.raw<readonly SourceStorage[]>([]);
  rows = $state.raw<ReadonlyMap<TaskId, Task>>(new Map());
  view = $state<ListView>('list');
  scrollTop = $state(0);
  viewHeight = $state(600);
  viewWidth = $state(1000);

  readonly columns = $derived(
    this.view === 'list' ? 1 : Math.max(1, Math.floor(this.viewWidth / CARD_WIDTH)),
  );
  readonly rowHeight = $derived(this.view === 'list' ? ROW_HEIGHT : CARD_HEIGHT);
  readonly lineCount = $derived(Math.ceil((this.ids?.length ?? 0) / this.columns));
  readonly window: RowWindow = $derived(
    rowWindow(this.scrollTop, this.viewHeight, this.rowHeight, this.lineCount),
  );
  readonly visibleIds = $derived(
    (this.ids ?? []).slice(this.window.first * this.columns, this.window.end * this.columns),
  );
  readonly total = $derived(this.ids?.length ?? 0);

  constructor(services: Services, projectId: ProjectId) {
    this.#services = services;
    this.projectId = projectId;
    this.view = services.preferences.get('list-view') === 'grid' ? 'grid' : 'list';
  }

  /** Follows the project; the answer stops it. */
  follow(): () => void {
    const { projects, tasks, sources, jobs } = this.#services;
    jobs.prepare();
    const stops = [
      projects.watch(this.projectId, (project) => (this.project = project ?? null), notices.fail),
      tasks.watchIds(this.projectId, (ids) => (this.ids = ids), notices.fail),
      tasks.watchCounts(this.projectId, (counts) => (this.counts = counts), notices.fail),
      sources.watch(
        this.projectId,
        (next) => {
          this.sources = next;
          void this.checkAccess();
        },
        notices.fail,
      ),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** Follows the rows on the screen; called again when other rows come in sight. */
  followRows(): () => void {
    return this.#services.tasks.watchRows(
      this.visibleIds,
      (tasks) => (this.rows = new Map(tasks.map((task) => [task.id, task]))),
      notices.fail,
    );
  }

  setView(view: ListView): void {
    this.view = view;
    this.#services.preferences.set('list-view', view);
  }

  async checkAccess(): Promise<void> {
    const states = await Promise.all(this.sources.map((source) => this.#services.sources.access(source)));
    this.closed = this.sources.filter((_, at) => states[at] === 'ask');
  }

  /** All folders of the project in one click. */
  async allow(): Promise<void> {
    for (const source of this.closed) await this.#services.sources.requestAccess(source);
    await this.checkAccess();
  }

  async sync(): Promise<void> {
    await this.#services.sources.syncAll(this.projectId);
  }
}
