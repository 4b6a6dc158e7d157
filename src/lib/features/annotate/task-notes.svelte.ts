import type { RegionId } from '$lib/domain/ids';
import type { Task } from '$lib/domain/task';
import type { AnnotationVersion } from '$lib/domain/version';
import type { TaskWork } from '$lib/domain/work';
import type { Services } from '$lib/services/services';
import { notices } from '$lib/ui/notices.svelte';

/** The open task's note, time spent, order of its region list and versions. */
export class TaskNotes {
  readonly #services: Services;
  #task: Task | null = null;
  #spentMs = $state(0);
  #order = $state.raw<readonly RegionId[]>([]);
  /** Notes that wait for the disk, by task: the next task may be open before the last one's note is written. */
  readonly #unsaved = new Map<Task, string>();
  note = $state('');
  /** The note on the screen is newer than the one on the disk. */
  isSaving = $state(false);

  constructor(services: Services) {
    this.#services = services;
  }

  get spentMs(): number {
    return this.#spentMs;
  }
  get orderByHand(): readonly RegionId[] {
    return this.#order;
  }

  /** From now on it is about this task; what is known of it comes with `follow`. */
  show(task: Task): void {
    this.#task = task;
    this.#show(null);
  }

  follow(task: Task): () => void {
    return this.#services.work.watch(task.id, (work) => this.#show(work), notices.showError);
  }

  #show(work: TaskWork | null): void {
    this.#spentMs = work?.spentMs ?? 0;
    this.#order = work?.orderByHand ?? [];
    // What is being typed is newer than what comes back from the disk.
    if (!this.#task || !this.#unsaved.has(this.#task)) this.note = work?.note ?? '';
  }

  /** Kept as it is typed: while one write is under way the letters gather, then the next one takes them all. */
  setNote(note: string): void {
    if (!this.#task) return;
    this.note = note;
    const isWriting = this.#unsaved.size > 0;
    this.#unsaved.set(this.#task, note);
    if (!isWriting) void this.#save();
  }

  async #save(): Promise<void> {
    this.isSaving = true;
    for (let next = this.#next(); next; next = this.#next()) {
      const [task, note] = next;
      await this.#services.work.setNote(task, note).catch(notices.showError);
      if (this.#unsaved.get(task) === note) this.#unsaved.delete(task);
    }
    this.isSaving = false;
  }

  #next(): readonly [Task, string] | undefined {
    return this.#unsaved.entries().next().value;
  }

  setOrder(order: readonly RegionId[]): void {
    if (!this.#task) return;
    this.#order = order;
    this.#services.work.setOrder(this.#task, order).catch(notices.showError);
  }

  watchVersions(task: Task, onValue: (versions: readonly AnnotationVersion[]) => void): () => void {
    return this.#services.versions.watch(task.id, onValue, notices.showError);
  }
}
