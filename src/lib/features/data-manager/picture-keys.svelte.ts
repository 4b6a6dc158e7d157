import type { TaskId } from '$lib/domain/ids';
import type { Services } from '$lib/services/services';
import type { DataManagerState } from './data-manager.svelte';

/** Cache keys of the visible thumbnails. A task's key changes when its picture has changed. */
export class PictureKeys {
  readonly #services: Services;
  readonly #view: DataManagerState;
  /** Number of times that each task's picture was found changed. */
  #versions = $state.raw<ReadonlyMap<TaskId, number>>(new Map());

  constructor(services: Services, view: DataManagerState) {
    this.#services = services;
    this.#view = view;
  }

  of(id: TaskId): string {
    return `${id}@${this.#versions.get(id) ?? 0}`;
  }

  /** Compares the visible pictures with their files, which may have changed while the person was in another window. */
  async checkForChanges(): Promise<void> {
    const tasks = this.#view.visible.flatMap((number) => this.#view.rows.get(number) ?? []);
    const changed = await this.#services.tasks.changedSince(tasks);
    if (changed.length === 0) return;
    const next = changed.map((id) => [id, (this.#versions.get(id) ?? 0) + 1] as const);
    this.#versions = new Map([...this.#versions, ...next]);
  }
}
