import { AppError } from '$lib/domain/errors';
import type { TaskId } from '$lib/domain/ids';
import type { Task } from '$lib/domain/task';
import type { BulkActionRow } from '$lib/domain/trash';
import type { Services } from '$lib/services/services';
import { notices } from '$lib/ui/notices.svelte';
import type { OpenedTask } from './opened-task.svelte';
import type { WorkTimer } from './work-timer';

/** The page that shows the task. */
interface Page {
  readonly task: Task | null;
  readonly current: OpenedTask | null;
  readonly timer: WorkTimer;
  reopen(): Promise<void>;
}

/** Notices that another tab has deleted the open task, and offers to undo that. */
export class DeletedElsewhere {
  readonly #services: Services;
  readonly #page: Page;
  #stop: () => void = () => undefined;
  #goneId = $state<TaskId | null>(null);
  /** The last bulk deletion that can be undone; null if there is none. */
  deletion = $state.raw<BulkActionRow | null>(null);

  constructor(services: Services, page: Page) {
    this.#services = services;
    this.#page = page;
  }

  get isGone(): boolean {
    return this.#goneId !== null && this.#goneId === this.#page.task?.id;
  }

  /** Called with whether the task was found in the database. */
  update(taskId: TaskId, isThere: boolean): void {
    const { task, current, timer } = this.#page;
    if (task?.id !== taskId || isThere !== this.isGone) return;
    this.forget();
    if (isThere) return void this.#page.reopen();
    this.#goneId = task.id;
    timer.end();
    current?.session.document.setReadOnly(true);
    this.#stop = this.#services.bulkEdits.watch(
      task.projectId,
      (actions) => {
        const isDeletion = ({ action, state }: BulkActionRow) =>
          action === 'delete-tasks' && state === 'done';
        this.deletion = actions.find(isDeletion) ?? null;
      },
      notices.showError,
    );
  }

  forget(): void {
    this.#stop();
    this.#stop = () => undefined;
    this.#goneId = null;
    this.deletion = null;
  }

  async undo(title: string): Promise<void> {
    if (!this.deletion) return;
    try {
      await this.#services.bulkEdits.undo(this.deletion, title);
    } catch (error) {
      notices.showError(error);
    }
  }
}

/** Ignores `task-missing`: the page reports a deleted task, and the time spent on it is deleted with it. */
export const showErrorUnlessDeleted = (error: unknown): void => {
  if (!(error instanceof AppError && error.code === 'task-missing')) notices.showError(error);
};
