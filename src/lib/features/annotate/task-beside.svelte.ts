import type { RegionId } from '$lib/domain/ids';
import type { Task } from '$lib/domain/task';
import type { AnnotationVersion } from '$lib/domain/version';
import type { TaskWork } from '$lib/domain/work';
import type { Services } from '$lib/services/services';
import { notices } from '$lib/ui/notices.svelte';

/** What stands beside the open task's regions: its note, its time, the order of its list, its versions. */
export class TaskBeside {
  readonly #services: Services;
  #task: Task | null = null;
  #notesUnderWay = 0;
  #work = $state.raw<TaskWork | null>(null);
  note = $state('');

  constructor(services: Services) {
    this.#services = services;
  }

  get spentMs(): number {
    return this.#work?.spentMs ?? 0;
  }
  get orderByHand(): readonly RegionId[] {
    return this.#work?.orderByHand ?? NO_ORDER;
  }

  follow(task: Task): () => void {
    this.#task = task;
    this.#work = null;
    this.note = '';
    const stop = this.#services.work.watch(
      task.id,
      (work) => {
        this.#work = work;
        // What is being typed is newer than what comes back from the disk.
        if (this.#notesUnderWay === 0) this.note = work?.note ?? '';
      },
      notices.fail,
    );
    return stop;
  }

  /** Kept with every letter: a closed page loses none. */
  setNote(note: string): void {
    if (!this.#task) return;
    this.note = note;
    this.#notesUnderWay += 1;
    this.#services.work
      .setNote(this.#task, note)
      .catch(notices.fail)
      .finally(() => (this.#notesUnderWay -= 1));
  }

  setOrder(order: readonly RegionId[]): void {
    if (!this.#task) return;
    if (this.#work) this.#work = { ...this.#work, orderByHand: order };
    this.#services.work.setOrder(this.#task, order).catch(notices.fail);
  }

  watchVersions(task: Task, onValue: (versions: readonly AnnotationVersion[]) => void): () => void {
    return this.#services.versions.watch(task.id, onValue, notices.fail);
  }
}

const NO_ORDER: readonly RegionId[] = [];
