import type { TaskId } from '$lib/domain/ids';
import type { Services } from '$lib/services/services';

/** The exclusive lock for editing one task, held while the task is open here. */
export class EditLock {
  readonly #annotations: Services['annotations'];
  readonly #onLost: (taskId: TaskId) => void;
  #lock: { readonly taskId: TaskId; readonly held: Promise<(() => void) | null> } | null = null;

  /** `onLost` is called when another tab takes over the task. */
  constructor(annotations: Services['annotations'], onLost: (taskId: TaskId) => void) {
    this.#annotations = annotations;
    this.#onLost = onLost;
  }

  /** Resolves to false if another tab edits the task. */
  async claim(taskId: TaskId): Promise<boolean> {
    if (this.#lock?.taskId !== taskId) {
      this.release();
      this.#lock = { taskId, held: this.#annotations.lock(taskId, () => this.#lose(taskId)) };
    }
    return (await this.#lock.held) !== null;
  }

  async takeOver(taskId: TaskId): Promise<void> {
    const release = await this.#annotations.takeOver(taskId, () => this.#lose(taskId));
    this.release();
    this.#lock = { taskId, held: Promise.resolve(release) };
  }

  release(): void {
    void this.#lock?.held.then((release) => release?.());
    this.#lock = null;
  }

  #lose(taskId: TaskId): void {
    if (this.#lock?.taskId !== taskId) return;
    this.#lock = { taskId, held: Promise.resolve(null) };
    this.#onLost(taskId);
  }
}
