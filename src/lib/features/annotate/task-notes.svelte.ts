import type { RegionId } from '$lib/domain/ids';
import type { Task } from '$lib/domain/task';
import type { NamedVersion } from '$lib/services/annotating/versions';
import type { TaskWork } from '$lib/domain/work';
import type { Services } from '$lib/services/services';
import { notices } from '$lib/ui/notices.svelte';

/** Note, time spent and region order of the open task. */
export class TaskNotes {
  readonly #services: Services;
  #task: Task | null = null;
  #spentMs = $state(0);
  #order = $state.raw<readonly RegionId[]>([]);
  /** Notes not yet on disk, by task: the next task may be open before the previous note is written. */
  readonly #unsaved = new Map<Task, string>();
  note = $state('');
  /** True while the note on screen is newer than the one on disk. */
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

  /** Switches to another task. Its stored values arrive through `follow`. */
  show(task: Task): void {
    this.#task = task;
    this.#update(null);
  }

  follow(task: Task): () => void {
    return this.#services.work.watch(task.id, (work) => this.#update(work), notices.showError);
  }

  #update(work: TaskWork | null): void {
    this.#spentMs = work?.spentMs ?? 0;
    this.#order = work?.orderByHand ?? [];
    // A note that is being typed is newer than the stored one.
    if (!this.#task || !this.#unsaved.has(this.#task)) this.note = work?.note ?? '';
  }

  /** Saves the note while it is typed: changes made during a write are batched into the next one. */
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

  watchVersions(task: Task, onValue: (versions: readonly NamedVersion[]) => void): () => void {
    return this.#services.versions.watch(task.id, onValue, notices.showError);
  }
}
