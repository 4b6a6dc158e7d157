import { AppError } from '$lib/domain/errors';
import type { TaskId } from '$lib/domain/ids';
import type { OpenTask } from '$lib/services/annotating/annotations';
import type { Services } from '$lib/services/services';
import type { OpenPicture } from '$lib/services/ports/pictures';

/** Everything needed to show a task. */
export interface ReadyTask {
  readonly opened: OpenTask;
  /** The decoded picture, which has to be released; or the reason why there is none. */
  readonly picture: OpenPicture | AppError;
}

export async function loadTask(services: Services, taskId: TaskId): Promise<ReadyTask> {
  void services.tasks.prefetch(taskId).catch(() => undefined);
  const opened = await services.annotations.open(taskId);
  const picture = await services.tasks
    .open(opened.task)
    .catch((error: unknown) => (error instanceof AppError ? error : Promise.reject(error as Error)));
  return { opened, picture };
}

export function releasePicture({ picture }: ReadyTask): void {
  if (!(picture instanceof AppError)) picture.release();
}

/** Prefetches the neighbours of the open task, so that they can be shown at once. */
export class PrefetchedTasks {
  readonly #services: Services;
  readonly #ready = new Map<TaskId, ReadyTask>();
  #wanted: ReadonlySet<TaskId> = new Set();

  constructor(services: Services) {
    this.#services = services;
  }

  /** Prefetches these tasks in this order, and releases all others. A task that fails is read again when opened. */
  async prefetch(ids: readonly TaskId[]): Promise<void> {
    const wanted = new Set(ids);
    this.#wanted = wanted;
    for (const [id, ready] of this.#ready) {
      if (wanted.has(id)) continue;
      this.#ready.delete(id);
      releasePicture(ready);
    }
    for (const id of wanted) {
      if (this.#ready.has(id)) continue;
      const ready = await loadTask(this.#services, id).catch(() => null);
      if (ready === null) continue;
      if (this.#wanted.has(id) && !this.#ready.has(id)) this.#ready.set(id, ready);
      else releasePicture(ready);
      if (this.#wanted !== wanted) return;
    }
  }

  /** Drops a task that has changed since it was read, even while it is being read. */
  drop(id: TaskId): void {
    this.#wanted = new Set([...this.#wanted].filter((one) => one !== id));
    const ready = this.#ready.get(id);
    this.#ready.delete(id);
    if (ready) releasePicture(ready);
  }

  /**
   * Hands over a prefetched task, whose picture the caller has to release. Returns null if it is not ready or its
   * file has changed.
   */
  async take(id: TaskId): Promise<ReadyTask | null> {
    const ready = this.#ready.get(id) ?? null;
    this.#ready.delete(id);
    if (ready === null || ready.picture instanceof AppError) return null;
    if (await this.#services.tasks.isCurrent(ready.opened.task, ready.picture)) return ready;
    releasePicture(ready);
    return null;
  }
}
