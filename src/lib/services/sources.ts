import { AppError } from '$lib/domain/errors';
import { asId, type ProjectId, type SourceId } from '$lib/domain/ids';
import { endingOf, type SourceStorage } from '$lib/domain/source';
import { fileNameOf } from '$lib/domain/task';
import { chosenPaths } from './jobs/chosen-paths';
import type { CopyFilesInput } from './jobs/copy-files';
import type { SyncSourceInput } from './jobs/sync-source';
import type { ChosenFolder, FolderAccess, ImageFolder } from './ports/folders';
import type { JobOutcome } from './ports/jobs';
import type { Ports } from './ports/ports';

/** What Check Connection found in a folder. */
export interface FolderCheck {
  readonly pictures: number;
  /** How many of each ending, most first; of all files when none is a picture. */
  readonly endings: readonly (readonly [ending: string, count: number])[];
  readonly leftOut: number;
  /** A few names, as the folder gives them. */
  readonly examples: readonly string[];
}

const EXAMPLES = 5;

export function makeSources(ports: Ports) {
  const { database, folders, patterns, jobs, clock, makeId } = ports;

  const need = async (id: SourceId): Promise<SourceStorage> => {
    const source = await database.sources.get(id);
    if (!source) throw new AppError('folder-missing');
    return source;
  };

  const sync = async (id: SourceId): Promise<JobOutcome> => {
    const source = await need(id);
    const input: SyncSourceInput = { sourceId: id };
    return jobs.run({ kind: 'sync-source', projectId: source.projectId, title: source.title, input });
  };

  return {
    folders,
    checkPattern: patterns.check,
    sync,

    async check(folder: ImageFolder, filter: string): Promise<FolderCheck> {
      const pictures: string[] = [];
      const all: string[] = [];
      for await (const paths of folder.list(new AbortController().signal)) {
        all.push(...paths);
        pictures.push(...(await chosenPaths(paths, filter, patterns)));
      }
      return {
        pictures: pictures.length,
        endings: countEndings(pictures.length > 0 ? pictures : all),
        leftOut: all.length - pictures.length,
        examples: pictures.slice(0, EXAMPLES).map(fileNameOf),
      };
    },

    /** Keeps a folder as a source of the project. A `copied` folder is copied first; cancelled copies can be run again. */
    async add(
      projectId: ProjectId,
      fields: { readonly title: string; readonly filter: string; readonly folder: ChosenFolder },
    ): Promise<SourceId> {
      const problem = fields.filter === '' ? null : await patterns.check(fields.filter);
      if (problem) throw new AppError('pattern-invalid', { position: problem.index + 1 });
      const { folder } = fields;
      const source: SourceStorage = {
        id: asId<'source'>(makeId()),
        projectId,
        kind: folder.kind,
        title: fields.title.trim() === '' ? folder.name : fields.title.trim(),
        folderName: folder.name,
        filter: fields.filter,
        createdAt: clock.now(),
        lastSync: null,
      };
      await folders.keep(source.id, folder);
      await database.sources.put(source);
      if (folder.kind === 'copied') {
        const input: CopyFilesInput = { sourceId: source.id, files: folder.files, filter: source.filter };
        await jobs.run({ kind: 'copy-files', projectId, title: source.title, input });
      }
      return source.id;
    },

    async syncAll(projectId: ProjectId): Promise<readonly JobOutcome[]> {
      const outcomes: JobOutcome[] = [];
      for (const source of await database.sources.forProject(projectId)) outcomes.push(await sync(source.id));
      return outcomes;
    },

    watch(
      projectId: ProjectId,
      onValue: (sources: readonly SourceStorage[]) => void,
      onError: (error: unknown) => void,
    ) {
      return database.watch(() => database.sources.forProject(projectId), onValue, onError);
    },

    access: (source: SourceStorage): Promise<FolderAccess> => folders.access(source),
    requestAccess: (source: SourceStorage): Promise<FolderAccess> => folders.requestAccess(source),
    allow: async (id: SourceId): Promise<FolderAccess> => folders.requestAccess(await need(id)),
  };
}

function countEndings(paths: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(endingOf(path), (counts.get(endingOf(path)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
