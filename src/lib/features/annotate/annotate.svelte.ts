import { byId } from '$lib/domain/change';
import { AppError } from '$lib/domain/errors';
import type { LabelId, ProjectId, TaskId } from '$lib/domain/ids';
import type { Label, Project } from '$lib/domain/project';
import type { Region } from '$lib/domain/region';
import type { Task } from '$lib/domain/task';
import { Clipboard } from '$lib/editor/clipboard';
import type { OpenTask } from '$lib/services/annotating/annotations';
import type { Services } from '$lib/services/services';
import type { OpenPicture } from '$lib/services/ports/pictures';
import { afterPaint, runAfterPaint } from '$lib/ui/after-paint';
import { notices } from '$lib/ui/notices.svelte';
import { DeletedElsewhere, showErrorUnlessDeleted } from './deleted-elsewhere.svelte';
import { EditLock } from './edit-lock';
import { followRemoteChanges } from './remote-changes';
import { LiveLabels } from './live-labels';
import { OpenedTask } from './opened-task.svelte';
import { TaskNotes } from './task-notes.svelte';
import { releasePicture, loadTask, PrefetchedTasks, type ReadyTask } from './prefetched-tasks';
import { PLAIN_VIEW, readView, writeView, type ViewOptions } from './view-options';
import { WorkTimer } from './work-timer';

/** A task whose picture cannot be shown. It can still be skipped. */
export interface Broken {
  readonly opened: OpenTask;
  readonly error: unknown;
}

/** State of the labelling page, which moves from task to task. */
export class AnnotateState {
  readonly #services: Services;
  readonly #prefetched: PrefetchedTasks;
  readonly timer: WorkTimer;
  readonly #lock: EditLock;
  readonly #clipboard = new Clipboard();
  readonly #liveLabels = new LiveLabels();
  /** The task that was requested last. A slower request that finishes later is dropped. */
  #wanted: TaskId | null = null;

  project = $state.raw<Project | null>(null);
  current = $state.raw<OpenedTask | null>(null);
  broken = $state.raw<Broken | null>(null);
  failure = $state.raw<unknown>(null);
  readonly deleted: DeletedElsewhere;
  strip = $state.raw<readonly Task[]>([]);
  previous = $state.raw<Task | null>(null);
  next = $state.raw<Task | null>(null);
  /** The armed label, which stays armed from picture to picture. */
  armed: LabelId | null = null;
  viewOptions = $state.raw<ViewOptions>(PLAIN_VIEW);
  readonly notes: TaskNotes;

  readonly labels = $derived<readonly Label[]>(this.project?.labels ?? []);
  readonly task = $derived(this.current?.opened.task ?? this.broken?.opened.task ?? null);
  /** Ids of regions without a label, which the page mentions before Submit. */
  readonly unlabelled = $derived.by(() =>
    [...(this.#regions?.values() ?? [])].flatMap(({ id, labelId }) => (labelId === null ? [id] : [])),
  );
  readonly #regions = $derived(this.current?.now.regions);
  /** True if there are changes that were not submitted. */
  readonly canReset = $derived(
    this.current !== null && (this.current.now.canUndo || this.current.opened.draftLength !== null),
  );
  readonly #colors = $derived<ReadonlyMap<LabelId, Label>>(
    new Map(this.labels.map((label) => [label.id, label])),
  );
  readonly colorOf = $derived.by(() => {
    const colors = this.#colors;
    return (id: LabelId | null) => (id === null ? undefined : colors.get(id)?.color) ?? '#9aa0a0';
  });

  constructor(services: Services) {
    this.#services = services;
    this.#prefetched = new PrefetchedTasks(services);
    this.#lock = new EditLock(services.annotations, (taskId) => this.#lost(taskId));
    this.notes = new TaskNotes(services);
    this.deleted = new DeletedElsewhere(services, this);
    this.timer = new WorkTimer(
      () => performance.now(),
      (task, ms) => void services.work.addTime(task, ms).catch(showErrorUnlessDeleted),
    );
  }

  /** The task that was requested last, whether or not it is shown yet. */
  get wanted(): TaskId | null {
    return this.#wanted;
  }

  readonly label = (id: LabelId | null): Label | null =>
    id === null ? null : (this.#colors.get(id) ?? null);

  /**
   * Shows a task, at once if it was prefetched. While it is already on screen, the page finds out whether the task
   * may be edited and whether the prefetched data are still current; edits wait until then.
   */
  async open(taskId: TaskId): Promise<void> {
    if (this.#wanted === taskId && this.current?.opened.task.id === taskId) return;
    this.timer.end();
    this.#wanted = taskId;
    this.failure = null;
    try {
      if (this.current?.session.document.isSaving) await this.current.session.document.settled();
      const prefetched = await this.#prefetched.take(taskId);
      let task = await this.#show(taskId, prefetched ?? (await loadTask(this.#services, taskId)));
      // Reading from disk before the paint would delay the picture.
      if (task) await afterPaint();
      if (prefetched && task && !(await this.#services.annotations.isCurrent(prefetched.opened)))
        task = await this.#show(taskId, await loadTask(this.#services, taskId));
      if (task) await this.#loadNeighbours(task);
    } catch (error) {
      this.leave();
      this.failure = error;
    }
  }

  /** Resolves when it is known whether the task may be edited; null if another task was requested meanwhile. */
  async #show(taskId: TaskId, ready: ReadyTask): Promise<Task | null> {
    if (this.#wanted !== taskId) {
      releasePicture(ready);
      return null;
    }
    const { opened, picture } = ready;
    this.current?.picture.release();
    const claimed = this.#lock.claim(taskId);
    this.broken = picture instanceof AppError ? { opened, error: picture } : null;
    this.current = picture instanceof AppError ? null : this.#session(opened, picture, claimed);
    const at = this.strip.findIndex((task) => task.id === taskId);
    if (at >= 0) [this.previous, this.next] = [this.strip[at - 1] ?? null, this.strip[at + 1] ?? null];
    await claimed;
    return this.#wanted === taskId ? opened.task : null;
  }

  #session(opened: OpenTask, picture: OpenPicture, claimed: Promise<boolean>): OpenedTask {
    const shown = new OpenedTask(opened, picture, this.#services, this.#clipboard);
    shown.session.tools.setOptions(this.viewOptions);
    shown.session.setLabels(this.#liveLabels.resolve);
    const label = this.viewOptions.keepsArmed ? (this.armed ?? this.labels[0]?.id) : undefined;
    if (label !== undefined) shown.session.edits.chooseLabel(label);
    const begin = (isOurs: boolean): void => {
      shown.isOurs = isOurs;
      shown.session.document.setReadOnly(!isOurs || shown.replaced !== null);
      if (isOurs && this.#wanted === opened.task.id) this.timer.begin(opened.task);
    };
    shown.session.document.hold(claimed.then(begin));
    return shown;
  }

  /** Drops the prefetched data of a task that this tab has changed. */
  dropPrefetched(taskId: TaskId): void {
    this.#prefetched.drop(taskId);
  }

  /** Reads the open task again, after another tab has changed it. */
  async reopen(): Promise<void> {
    const taskId = this.task?.id;
    if (taskId === undefined || this.#wanted !== taskId) return;
    try {
      await this.#show(taskId, await loadTask(this.#services, taskId));
    } catch (error) {
      notices.showError(error);
    }
  }

  /** Takes over editing from another tab. What that tab has committed is shown here, and it becomes read-only. */
  async takeOver(): Promise<void> {
    const taskId = this.task?.id;
    if (taskId === undefined) return;
    try {
      await this.#lock.takeOver(taskId);
      await this.reopen();
    } catch (error) {
      notices.showError(error);
    }
  }

  /** Another tab has taken over the task. */
  #lost(taskId: TaskId): void {
    if (this.current?.opened.task.id !== taskId) return;
    this.timer.end();
    this.current.isOurs = false;
    this.current.session.document.setReadOnly(true);
  }

  /** Follows the note, time and order of the open task, and changes by other tabs. Returns an unsubscribe function. */
  followOpen(taskId: TaskId): () => void {
    const { task } = this;
    if (task) this.notes.show(task);
    return runAfterPaint(() => {
      const stops = [
        followRemoteChanges(this.#services, this, taskId),
        ...(task ? [this.notes.follow(task)] : []),
      ];
      return () => stops.forEach((stop) => stop());
    });
  }

  async #loadNeighbours(task: Task): Promise<void> {
    const { tasks } = this.#services;
    const [{ previous, next }, strip, nextOpen] = await Promise.all([
      tasks.neighbours(task),
      tasks.around(task, STRIP_EACH_SIDE),
      tasks.nextOpen(task.projectId, task.number),
    ]);
    if (this.#wanted !== task.id) return;
    [this.previous, this.next, this.strip] = [previous, next, strip];
    const near = [nextOpen, next, previous].flatMap((neighbour) => neighbour?.id ?? []);
    await this.#prefetched.prefetch(near.filter((id) => id !== task.id));
  }

  /** Releases the picture and the lock. Requests that are still running are dropped when they finish. */
  leave(): void {
    this.#wanted = null;
    this.timer.end();
    this.current?.picture.release();
    this.#lock.release();
    void this.#prefetched.prefetch([]);
    this.current = null;
    this.broken = null;
  }

  arm(labelId: LabelId): void {
    this.armed = labelId;
    this.current?.session.edits.chooseLabel(labelId);
  }

  /** Restores a submitted version, in one undo step. */
  bringBack(regions: readonly Region[]): void {
    this.current?.session.edits.replaceAll(byId(regions));
  }

  /** Keeps the task strip up to date with changes by any tab. Returns an unsubscribe function. */
  followStrip(): () => void {
    return this.#services.tasks.watchTasks(
      this.strip.map(({ id }) => id),
      (tasks) => (this.strip = tasks),
      notices.showError,
    );
  }

  setView(options: ViewOptions): void {
    this.viewOptions = options;
    if (this.project) this.#services.preferences.set(`view/${this.project.id}`, writeView(options));
    this.current?.session.tools.setOptions(options);
  }

  /** Restores the last submitted version, in one undo step. */
  reset(): void {
    this.current?.session.edits.replaceAll(byId(this.current.opened.annotation?.regions ?? []));
  }

  follow(projectId: ProjectId): () => void {
    this.viewOptions = readView(this.#services.preferences.get(`view/${projectId}`));
    return this.#services.projects.watch(
      projectId,
      (project) => {
        this.project = project ?? null;
        if (project) this.#liveLabels.update(this, project);
      },
      notices.showError,
    );
  }
}

const STRIP_EACH_SIDE = 12;
