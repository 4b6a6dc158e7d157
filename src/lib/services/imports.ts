import type { ProjectId } from '$lib/domain/ids';
import { isPicturePath } from '$lib/domain/source';
import type { ImportDatasetInput, ImportPreview } from './jobs/import-input';
import type { ChosenFolder, NamedFile } from './ports/folders';
import type { JobOutcome, Progress } from './ports/jobs';
import type { Ports } from './ports/ports';

export type ImportChoice = Omit<ImportDatasetInput, 'isPreview' | 'projectId'>;

/**
 * Files that a dataset is read from; pictures count only by their names. darknet's lists of classes end otherwise, and
 * Label Studio's target storages name a file by a number alone.
 */
const READ = /\.(json|xml|txt|csv|tsv|ya?ml|zip|names|labels|data)$|(^|\/)\d+$/i;

export function makeImports({ jobs, folders }: Ports) {
  const start = (
    projectId: ProjectId,
    choice: ImportChoice,
    isPreview: boolean,
    watching: { signal?: AbortSignal; onProgress?: (progress: Progress) => void } = {},
  ) => {
    const input: ImportDatasetInput = { ...choice, projectId, isPreview };
    return jobs.run({
      kind: 'import-dataset',
      projectId,
      title: choice.name,
      input,
      isQuiet: isPreview,
      ...watching,
    });
  };
  return {
    /** What a folder holds for an import. A picture stands for itself by an empty file of its name. */
    async filesOf(folder: ChosenFolder, signal: AbortSignal): Promise<readonly NamedFile[]> {
      const files: NamedFile[] = [];
      for await (const paths of folder.list(signal)) {
        for (const path of paths) {
          if (READ.test(path)) files.push({ path, file: await folder.file(path) });
          else if (isPicturePath(path)) files.push({ path, file: new File([], path) });
        }
      }
      return files;
    },
    fromDrop: (transfer: object) => folders.fromDrop(transfer),

    /** Reads everything and writes nothing. */
    async preview(
      projectId: ProjectId,
      choice: ImportChoice,
      signal: AbortSignal,
      onProgress: (progress: Progress) => void,
    ): Promise<{ readonly outcome: JobOutcome; readonly preview: ImportPreview | null }> {
      const outcome = await start(projectId, choice, true, { signal, onProgress });
      const preview = outcome.state === 'done' ? (outcome.report.detail as ImportPreview) : null;
      return { outcome, preview };
    },
    run: (projectId: ProjectId, choice: ImportChoice): Promise<JobOutcome> => start(projectId, choice, false),
  };
}
