import { byId } from '$lib/domain/change';
import { AppError } from '$lib/domain/errors';
import { asId, type LabelId, type TaskId } from '$lib/domain/ids';
import type { Label, Project } from '$lib/domain/project';
import type { Region } from '$lib/domain/region';
import type { Task } from '$lib/domain/task';
import { EditorSession } from '$lib/editor/session';
import type { OpenTask } from '$lib/services/annotations';
import type { Picture } from '$lib/services/ports/pictures';
import type { Services } from '$lib/services/services';
import { notices } from '$lib/ui/notices.svelte';
import { createSubscriber } from 'svelte/reactivity';
import { giveBack, prepare, TasksAhead, type ReadyTask } from './tasks-ahead';

/** What the screen shows of a session. */
export type SessionView = Readonly<
  Pick<
    EditorSession,
    | 'regions'
    | 'selection'
    | 'hover'
    | 'tool'
    | 'armedLabel'
    | 'canUndo'
    | 'canRedo'
    | 'isSaving'
    | 'failure'
    | 'isReadOnly'
    | 'view'
  >
>;

/** One open task: the editor over its picture. */
export class OpenedTask {
  readonly #follow: () => void;
  readonly opened: OpenTask;
  readonly picture: Picture;
  readonly session: EditorSession;

  constructor(opened: OpenTask, picture: Picture, services: Services) {
    this.opened = opened;
    this.picture = picture;
    this.session = new EditorSession({
      regions: opened.regions,
      imageSize: picture.size,
      newRegionId: () => asId<'region'>(services.makeId()),
      write: (change) => opened.journal.append(change, picture.size),
    });
    this.#follow = createSubscriber((changed) => this.session.subscribe(changed));
  }

  /** The session as it is now; a new value after every change, so that what is shown follows it. */
  get now(): SessionView {
    this.#follow();
    const {
      regions,
      selection,
      hover,
      tool,
      armedLabel,
      canUndo,
      canRedo,
      isSaving,
      failure,
      isReadOnly,
      view,
    } = this.session;
    return {
      regions,
      selection,
      hover,
      tool,
      armedLabel,
      canUndo,
      canRedo,
      isSaving,
      failure,
      isReadOnly,
      view,
    };
  }
}

/** A picture that cannot be shown: the task is there all the same, and can be skipped. */
export interface Broken {
  readonly opened: OpenTask;
  readonly error: unknown;
}

/** The labelling page, as it goes from task to task. */
export class AnnotateState {
  readonly #services: Services;
  readonly #ahead: TasksAhead;
  #lock: { readonly taskId: TaskId; readonly held: Promise<(() => void) | null> } | null = null;
  /** The task that was asked for last: a slower one that comes in later is thrown away. */
  #wanted: TaskId | null = null;

  project = $state.raw<Project | null>(null);
  current = $state.raw<OpenedTask | null>(null);
  broken = $state.raw<Broken | null>(null);
  failure = $state.raw<unknown>(null);
  strip = $state.raw<readonly Task[]>([]);
  previous = $state.raw<Task | null>(null);
  next = $state.raw<Task | null>(null);
  /** Stays armed from picture to picture. */
  armed: LabelId | null = null;

  readonly labels = $derived<readonly Label[]>(this.project?.labels ?? []);
  readonly task = $derived(this.current?.opened.task ?? this.broken?.opened.task ?? null);
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
  }

  readonly label = (id: LabelId | null): Label | null =>
    id === null ? null : (this.#colors.get(id) ?? null);

  /**
   * Shows a task; one that was read ahead, at once. Whether it may be edited, and whether it is still as it was
   * read, is asked while it is on the screen already: until then the hand waits at the gate.
   */
  async open(taskId: TaskId): Promise<void> {
    if (this.#wanted === taskId && this.current?.opened.task.id === taskId) return;
    this.#wanted = taskId;
    this.failure = null;
    try {
      if (this.current?.session.isSaving) await this.current.session.settled();
      const ahead = this.#ahead.take(taskId);
      let task = await this.#show(taskId, ahead ?? (await prepare(this.#services, taskId)));
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
    const claimed = this.#claim(taskId);
    this.broken = picture instanceof AppError ? { opened, error: picture } : null;
    this.current = picture instanceof AppError ? null : this.#session(opened, picture, claimed);
    const at = this.strip.findIndex((task) => task.id === taskId);
    if (at >= 0) [this.previous, this.next] = [this.strip[at - 1] ?? null, this.strip[at + 1] ?? null];
    await claimed;
    return this.#wanted === taskId ? opened.task : null;
  }

  #session(opened: OpenTask, picture: Picture, claimed: Promise<boolean>): OpenedTask {
    const shown = new OpenedTask(opened, picture, this.#services);
    const label = this.armed ?? this.labels[0]?.id;
    if (label !== undefined) shown.session.chooseLabel(label);
    shown.session.hold(claimed.then((isOurs) => shown.session.setReadOnly(!isOurs)));
    return shown;
  }

  /** Takes the lock of a task for as long as it is open here; false: another tab has it. */
  async #claim(taskId: TaskId): Promise<boolean> {
    if (this.#lock?.taskId !== taskId) {
      this.#letGo();
      this.#lock = { taskId, held: this.#services.annotations.lock(taskId, () => undefined) };
    }
    return (await this.#lock.held) !== null;
  }

  #letGo(): void {
    void this.#lock?.held.then((release) => release?.());
    this.#lock = null;
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

  /** Gives back the picture and the lock. */
  leave(): void {
    this.current?.picture.release();
    this.#letGo();
    void this.#ahead.keep([]);
    this.current = null;
    this.broken = null;
  }

  arm(labelId: LabelId): void {
    this.armed = labelId;
    this.current?.session.chooseLabel(labelId);
  }

  /** Writes the task as done; the answer is the next open task, null when all are done. */
  async submit(): Promise<Task | null | undefined> {
    const { current } = this;
    if (!current || current.session.isReadOnly) return undefined;
    return this.#finish(current.opened, async () => {
      await current.session.settled();
      if (current.session.failure !== null) return false;
      await this.#services.annotations.submit(current.opened, regionsOf(current), current.picture.size);
      void this.#services.shell.persist();
      return true;
    });
  }

  async skip(): Promise<Task | null | undefined> {
    const { current, broken } = this;
    const opened = current?.opened ?? broken?.opened;
    if (!opened || current?.session.isReadOnly) return undefined;
    return this.#finish(opened, async () => {
      await current?.session.settled();
      const regions = current ? regionsOf(current) : [...opened.regions.values()];
      await this.#services.annotations.skip(
        opened,
        regions,
        current?.picture.size ?? opened.annotation?.imageSize ?? null,
      );
      return true;
    });
  }

  /** Undefined: it was not written, and the person was told why. */
  async #finish(opened: OpenTask, write: () => Promise<boolean>): Promise<Task | null | undefined> {
    try {
      if (!(await write())) return undefined;
      return await this.#services.tasks.nextOpen(opened.task.projectId, opened.task.number);
    } catch (error) {
      notices.fail(error);
      return undefined;
    }
  }

  /** Back to what was submitted last, as one step that can be undone. */
  reset(): void {
    this.current?.session.replaceAll(byId(this.current.opened.annotation?.regions ?? []));
  }

  follow(projectId: Project['id']): () => void {
    return this.#services.projects.watch(
      projectId,
      (project) => {
        this.project = project ?? null;
        const first = project?.labels[0]?.id;
        if (this.current && this.current.session.armedLabel === null && first !== undefined)
          this.current.session.chooseLabel(first);
      },
      notices.fail,
    );
  }
}

const STRIP_EACH_SIDE = 12;

const regionsOf = ({ session }: OpenedTask): readonly Region[] => [...session.regions.values()];
