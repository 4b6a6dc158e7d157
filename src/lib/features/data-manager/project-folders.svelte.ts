import type { ProjectId } from '$lib/domain/ids';
import type { SourceStorage } from '$lib/domain/source';
import type { FolderAccess } from '$lib/services/ports/folders';
import type { Services } from '$lib/services/services';
import { notices } from '$lib/ui/notices.svelte';

/** The storages of a project, and whether their pictures can be read. */
export class ProjectFolders {
  readonly #sources: Services['sources'];
  readonly #projectId: ProjectId;

  all = $state.raw<readonly SourceStorage[]>([]);
  #states = $state.raw<readonly FolderAccess[]>([]);
  /** Folders for which the browser asks for permission again. */
  readonly closed = $derived(this.all.filter((_, at) => this.#states[at] === 'ask'));
  /** Folders that are unknown in this browser, and copies that the browser has deleted. */
  readonly gone = $derived(this.all.filter((_, at) => this.#states[at] === 'gone'));

  constructor(services: Services, projectId: ProjectId) {
    this.#sources = services.sources;
    this.#projectId = projectId;
  }

  follow(): () => void {
    return this.#sources.watch(
      this.#projectId,
      (next) => {
        this.all = next;
        this.check().catch(notices.showError);
      },
      notices.showError,
    );
  }

  async check(): Promise<void> {
    const asked = this.all;
    const states = await Promise.all(asked.map((source) => this.#sources.access(source)));
    if (this.all === asked) this.#states = states;
  }

  /** Asks for access to all closed folders, in one click. */
  async allow(): Promise<void> {
    for (const source of this.closed) await this.#sources.requestAccess(source);
  }
}
