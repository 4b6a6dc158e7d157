import { AppError } from '$lib/domain/errors';
import type { ProjectId } from '$lib/domain/ids';
import { isPicturePath } from '$lib/domain/source';
import { fileNameOf } from '$lib/domain/task';
import { isDatasetFile, type FoundDataset } from '../recognize-dataset';
import type { ImageFolder, NamedFile } from '../ports/folders';
import type { Ports } from '../ports/ports';
import type { ImportDatasetInput, ImportPreview } from './contract';
import type { JobOutcome, Progress } from '../ports/job-report';

export type ImportChoice = Omit<ImportDatasetInput, 'isPreview' | 'projectId'>;

/** The place where a sync has found a dataset. */
export type DatasetInSource = Pick<FoundDataset, 'sourceId' | 'zip'>;

/** The files of a folder for an import. A picture is represented by an empty file of its name. */
async function filesOf(folder: ImageFolder, signal: AbortSignal): Promise<readonly NamedFile[]> {
  const files: NamedFile[] = [];
  for await (const paths of folder.list(signal)) {
    for (const path of paths) {
      if (isDatasetFile(path)) files.push({ path, file: await folder.file(path) });
      else if (isPicturePath(path)) files.push({ path, file: new File([], path) });
    }
  }
  return files;
}

export function makeImports({ jobs, folders, database }: Ports) {
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
    filesOf,
    /** Returns the files of a storage's folder, or of one zip in it, with their name. */
    async filesOfSource(
      { sourceId, zip }: DatasetInSource,
      signal: AbortSignal,
    ): Promise<{ readonly name: string; readonly files: readonly NamedFile[] }> {
      const source = await database.sources.get(sourceId);
      if (!source) throw new AppError('folder-missing');
      const folder = await folders.open(source);
      if (zip === undefined) return { name: source.folderName, files: await filesOf(folder, signal) };
      return { name: fileNameOf(zip), files: [{ path: fileNameOf(zip), file: await folder.file(zip) }] };
    },

    /** Reads everything and writes nothing. */
    async preview(
      projectId: ProjectId,
      choice: ImportChoice,
      signal: AbortSignal,
      onProgress: (progress: Progress) => void,
    ): Promise<{ readonly outcome: JobOutcome; readonly preview: ImportPreview | null }> {
      const outcome = await start(projectId, choice, true, { signal, onProgress });
      const preview = outcome.state === 'done' ? outcome.report.detail : null;
      return { outcome, preview };
    },
    run: (projectId: ProjectId, choice: ImportChoice): Promise<JobOutcome> => start(projectId, choice, false),
  };
}
