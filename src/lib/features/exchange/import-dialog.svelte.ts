import type { ProjectId } from '$lib/domain/ids';
import type { Project } from '$lib/domain/project';
import type { DatasetInSource, ImportChoice } from '$lib/services/exchange/imports';
import type { ChosenFolder, NamedFile } from '$lib/services/ports/folders';
import type { Services } from '$lib/services/services';
import { notices } from '$lib/ui/notices.svelte';
import type { ImportPreview } from '$lib/services/exchange/contract';
import type { JobOutcome } from '$lib/services/ports/job-report';

interface Listed {
  readonly name: string;
  readonly files: readonly NamedFile[];
}

/** Choices and preview of an import. A change that affects the preview reads the files again. */
export class ImportState {
  readonly #services: Services;
  readonly #projectId: ProjectId;
  #reading: AbortController | null = null;
  /** Aborts the listing of an earlier choice when files or a folder are chosen. */
  #taking: AbortController | null = null;

  name = $state('');
  files = $state.raw<readonly NamedFile[]>([]);
  kind = $state<ImportChoice['kind']>(null);
  into = $state<ImportChoice['into']>('annotations');
  replaces = $state(false);
  vocOrigin = $state<0 | 1 | null>(null);
  labels = $state.raw<ImportChoice['labels']>(new Map());
  project = $state.raw<Project | null>(null);
  outcome = $state.raw<JobOutcome | null>(null);
  preview = $state.raw<ImportPreview | null>(null);
  readCount = $state(0);
  isReading = $state(false);

  constructor(services: Services, projectId: ProjectId) {
    this.#services = services;
    this.#projectId = projectId;
  }

  watch(): () => void {
    return this.#services.projects.watch(
      this.#projectId,
      (next) => (this.project = next ?? null),
      notices.showError,
    );
  }

  async takeFiles(files: readonly File[]): Promise<void> {
    const [first] = files;
    if (first === undefined) return;
    await this.#take(() => ({
      name: first.name,
      files: files.map((file) => ({ path: file.webkitRelativePath || file.name, file })),
    }));
  }

  async takeFolder(folder: ChosenFolder): Promise<void> {
    await this.#take(async (signal) => ({
      name: folder.name,
      files: await this.#services.imports.filesOf(folder, signal),
    }));
  }

  /** Takes a dataset that a sync has found. */
  async takeFound(found: DatasetInSource): Promise<void> {
    await this.#take((signal) => this.#services.imports.filesOfSource(found, signal));
  }

  async takeDrop(transfer: DataTransfer): Promise<void> {
    const folder = await this.#services.folderChoice.fromDrop(transfer);
    if (folder === null) return;
    if (folder.kind === 'directory') await this.takeFolder(folder);
    else await this.#take(() => folder);
  }

  /** Reads all files again with the present choices. */
  async read(): Promise<void> {
    if (this.files.length === 0) return;
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    this.isReading = true;
    this.readCount = 0;
    this.preview = null;
    this.outcome = null;
    try {
      const { outcome, preview } = await this.#services.imports.preview(
        this.#projectId,
        this.#choice(),
        reading.signal,
        ({ done }) => (this.readCount = done),
      );
      if (reading.signal.aborted) return;
      this.outcome = outcome;
      this.preview = preview;
    } finally {
      if (this.#reading === reading) this.isReading = false;
    }
  }

  run(): Promise<JobOutcome> {
    return this.#services.imports.run(this.#projectId, this.#choice());
  }

  leave(): void {
    this.#taking?.abort();
    this.#reading?.abort();
  }

  async #take(list: (signal: AbortSignal) => Listed | Promise<Listed>): Promise<void> {
    this.#taking?.abort();
    const { signal } = (this.#taking = new AbortController());
    const { name, files } = await list(signal);
    if (signal.aborted) return;
    this.name = name;
    this.files = files;
    this.kind = null;
    this.labels = new Map();
    await this.read();
  }

  #choice(): ImportChoice {
    return {
      name: this.name,
      files: this.files,
      kind: this.kind,
      into: this.into,
      labels: this.labels,
      replaces: this.replaces,
      vocOrigin: this.vocOrigin,
    };
  }
}
