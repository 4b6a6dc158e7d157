import type { TaskId } from '$lib/domain/ids';
import type { Services } from '$lib/services/services';
import type { DataManagerState } from './data-manager.svelte';

/** What the thumbnails on the screen are known by: another key where a task's picture is another one. */
export class PictureKeys {
  readonly #services: Services;
  readonly #view: DataManagerState;
  /** How often the picture of a task was found to be another one. */
  #renewed = $state.raw<ReadonlyMap<TaskId, number>>(new Map());

  constructor(services: Services, view: DataManagerState) {
    this.#services = services;
    this.#view = view;
  }

  of(id: TaskId): string {
    return `${id}@${this.#renewed.get(id) ?? 0}`;
  }

  /** Files may have changed while the person was elsewhere: what is in sight is held against them. */
  async lookAgain(): Promise<void> {
    if (document.hidden) return;
    const tasks = this.#view.visible.flatMap((number) => this.#view.rows.get(number) ?? []);
    const changed = await this.#services.tasks.changedSince(tasks);
    if (changed.length === 0) return;
    const again = changed.map((id) => [id, (this.#renewed.get(id) ?? 0) + 1] as const);
    this.#renewed = new Map([...this.#renewed, ...again]);
  }
}
