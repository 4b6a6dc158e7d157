import { AppError } from '$lib/domain/errors';
import type { TaskId } from '$lib/domain/ids';
import type { OpenTask } from '$lib/services/annotating/annotations';
import type { Services } from '$lib/services/services';
import type { OpenPicture } from '$lib/services/ports/pictures';

/** All that showing a task needs. */
export interface ReadyTask {
  readonly opened: OpenTask;
  /** The picture, held until it is released; or why there is none. */
  readonly picture: OpenPicture | AppError;
}

export async function prepare(services: Services, taskId: TaskId): Promise<ReadyTask> {
  void services.tasks.prefetch(taskId).catch(() => undefined);
  const opened = await services.annotations.open(taskId);
  const picture = await services.tasks
    .open(opened.task)
    .catch((error: unknown) => (error instanceof AppError ? error : Promise.reject(error as Error)));
  return { opened, picture };
}

export function giveBack({ picture }: ReadyTask): void {
  if (!(picture instanceof AppError)) picture.release();
}

/** The neighbours of the open task, read and decoded ahead, so that one of them can be shown at once. */
export class TasksAhead {
  readonly #services: Services;
  readonly #ready = new Map<TaskId, ReadyTask>();
  #wanted: ReadonlySet<TaskId> = new Set();

  constructor(services: Services) {
    this.#services = services;
  }

  /** Prepares these, in this order, and gives back all others. One that cannot be read is read again on opening. */
  async keep(ids: readonly TaskId[]): Promise<void> {
    const wanted = new Set(ids);
    this.#wanted = wanted;
    for (const [id, ready] of this.#ready) {
      if (wanted.has(id)) continue;
      this.#ready.delete(id);
      giveBack(ready);
    }
    for (const id of wanted) {
      if (this.#ready.has(id)) continue;
      const ready = await prepare(this.#services, id).catch(() => null);
      if (ready === null) continue;
      if (this.#wanted.has(id) && !this.#ready.has(id)) this.#ready.set(id, ready);
      else giveBack(ready);
      if (this.#wanted !== wanted) return;
    }
  }

  /** Gives one back that is known to have changed since it was read, also while it is being read. */
  drop(id: TaskId): void {
    this.#wanted = new Set([...this.#wanted].filter((one) => one !== id));
    const ready = this.#ready.get(id);
    this.#ready.delete(id);
    if (ready) giveBack(ready);
  }

  /**
   * Hands one over, whoever takes it gives its picture back; null where it is not ready, or its file is not what
   * it was when it was read.
   */
  async take(id: TaskId): Promise<ReadyTask | null> {
    const ready = this.#ready.get(id) ?? null;
    this.#ready.delete(id);
    if (ready === null || ready.picture instanceof AppError) return null;
    if (await this.#services.tasks.isCurrent(ready.opened.task, ready.picture)) return ready;
    giveBack(ready);
    return null;
  }
}
