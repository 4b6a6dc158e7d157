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
import { DeletedElsewhere, failUnlessGone } from './deleted-elsewhere.svelte';
import { EditLock } from './edit-lock';
import { followElsewhere } from './elsewhere';
import { LabelsNow } from './labels-now';
import { OpenedTask } from './opened-task.svelte';
import { TaskNotes } from './task-notes.svelte';
import { giveBack, prepare, TasksAhead, type ReadyTask } from './tasks-ahead';
import { PLAIN_VIEW, readView, writeView, type ViewOptions } from './view-options';
import { WorkTimer } from './work-timer';

/** A picture that cannot be shown: the task is there all the same, and can be skipped. */
export interface Broken {
  readonly opened: OpenTask;
  readonly error: unknown;
}

/** The labelling page, as it goes from task to task. */
export class AnnotateState {
  readonly #services: Services;
  readonly #ahead: TasksAhead;
  readonly timer: WorkTimer;
  readonly #lock: EditLock;
  readonly #clipboard = new Clipboard();
  readonly #labelsNow = new LabelsNow();
  /** The task that was asked for last: a slower one that comes in later is thrown away. */
  #wanted: TaskId | null = null;

  project = $state.raw<Project | null>(null);
  current = $state.raw<OpenedTask | null>(null);
  broken = $state.raw<Broken | null>(null);
  failure = $state.raw<unknown>(null);
  readonly deleted: DeletedElsewhere;
  strip = $state.raw<readonly Task[]>([]);
  previous = $state.raw<Task | null>(null);
  next = $state.raw<Task | null>(null);
  /** Stays armed from picture to picture. */
  armed: LabelId | null = null;
  viewOptions = $state.raw<ViewOptions>(PLAIN_VIEW);
  readonly notes: TaskNotes;

  readonly labels = $derived<readonly Label[]>(this.project?.labels ?? []);
  readonly task = $derived(this.current?.opened.task ?? this.broken?.opened.task ?? null);
  /** Regions that nobody has named yet: said before Submit, never lost. */
  readonly unlabelled = $derived.by(() =>
    [...(this.#regions?.values() ?? [])].flatMap(({ id, labelId }) => (labelId === null ? [id] : [])),
  );
  readonly #regions = $derived(this.current?.now.regions);
  /** There is unsent work. */
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
    this.#ahead = new TasksAhead(services);
    this.#lock = new EditLock(services.annotations, (taskId) => this.#lost(taskId));
    this.notes = new TaskNotes(services);
    this.deleted = new DeletedElsewhere(services, this);
    this.timer = new WorkTimer(
      () => performance.now(),
      (task, ms) => void services.work.addTime(task, ms).catch(failUnlessGone),
    );
  }

  /** The task that was asked for last, shown or not. */
  get wanted(): TaskId | null {
    return this.#wanted;
  }

  readonly label = (id: LabelId | null): Label | null =>
    id === null ? null : (this.#colors.get(id) ?? null);

  /**
   * Shows a task; one that was read ahead, at once. Whether it may be edited, and whether it is still as it was
   * read, is asked while it is on the screen already: until then whatever the hand does waits.
   */
  async open(taskId: TaskId): Promise<void> {
    if (this.#wanted === taskId && this.current?.opened.task.id === taskId) return;
    this.timer.end();
    this.#wanted = taskId;
    this.failure = null;
    try {
      if (this.current?.session.document.isSaving) await this.current.session.document.settled();
      const ahead = await this.#ahead.take(taskId);
      let task = await this.#show(taskId, ahead ?? (await prepare(this.#services, taskId)));
      // The picture first: what is read from the disk would keep it waiting.
      if (task) await afterPaint();
      if (ahead && task && !(await this.#services.annotations.isCurrent(ahead.opened)))
        task = await this.#show(taskId, await prepare(this.#services, taskId));
      if (task) await this.#lookAround(task);
    } catch (error) {
      this.leave();
      this.failure = error;
    }
  }

  /** Settles when it is known whether the task may be edited; null: another one was asked for meanwhile. */
  async #show(taskId: TaskId, ready: ReadyTask): Promise<Task | null> {
    if (this.#wanted !== taskId) {
      giveBack(ready);
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
    shown.session.setLabels(this.#labelsNow.resolve);
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

  /** This tab has changed a task that may have been read ahead: it is read anew when it is opened. */
  forgetAhead(taskId: TaskId): void {
    this.#ahead.drop(taskId);
  }

  /** Reads the open task anew: another tab has changed it. */
  async reopen(): Promise<void> {
    const taskId = this.task?.id;
    if (taskId === undefined || this.#wanted !== taskId) return;
    try {
      await this.#show(taskId, await prepare(this.#services, taskId));
    } catch (error) {
      notices.showError(error);
    }
  }

  /** Edits here what another tab edits; that one can only look from now on, and what it committed is here. */
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

  /** Another tab has taken the task over. */
  #lost(taskId: TaskId): void {
    if (this.current?.opened.task.id !== taskId) return;
    this.timer.end();
    this.current.isOurs = false;
    this.current.session.document.setReadOnly(true);
  }

  /** What stands beside the open task, and what another tab does to it. */
  followOpen(taskId: TaskId): () => void {
    const { task } = this;
    if (task) this.notes.show(task);
    return runAfterPaint(() => {
      const stops = [
        followElsewhere(this.#services, this, taskId),
        ...(task ? [this.notes.follow(task)] : []),
      ];
      return () => stops.forEach((stop) => stop());
    });
  }

  async #lookAround(task: Task): Promise<void> {
    const { tasks } = this.#services;
    const [{ previous, next }, strip, nextOpen] = await Promise.all([
      tasks.neighbours(task),
      tasks.around(task, STRIP_EACH_SIDE),
      tasks.nextOpen(task.projectId, task.number),
    ]);
    if (this.#wanted !== task.id) return;
    [this.previous, this.next, this.strip] = [previous, next, strip];
    const near = [nextOpen, next, previous].flatMap((neighbour) => neighbour?.id ?? []);
    await this.#ahead.keep(near.filter((id) => id !== task.id));
  }

  /** Gives back the picture and the lock; what is still being read finds that nobody waits for it any more. */
  leave(): void {
    this.#wanted = null;
    this.timer.end();
    this.current?.picture.release();
    this.#lock.letGo();
    void this.#ahead.keep([]);
    this.current = null;
    this.broken = null;
  }

  arm(labelId: LabelId): void {
    this.armed = labelId;
    this.current?.session.edits.chooseLabel(labelId);
  }

  /** A submitted version again, as one step that can be undone. */
  bringBack(regions: readonly Region[]): void {
    this.current?.session.edits.replaceAll(byId(regions));
  }

  /** Keeps the states on the strip as they are, whichever tab changes them. */
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

  /** Back to what was submitted last, as one step that can be undone. */
  reset(): void {
    this.current?.session.edits.replaceAll(byId(this.current.opened.annotation?.regions ?? []));
  }

  follow(projectId: ProjectId): () => void {
    this.viewOptions = readView(this.#services.preferences.get(`view/${projectId}`));
    return this.#services.projects.watch(
      projectId,
      (project) => {
        this.project = project ?? null;
        if (project) this.#labelsNow.take(this, project);
      },
      notices.showError,
    );
  }
}

const STRIP_EACH_SIDE = 12;
