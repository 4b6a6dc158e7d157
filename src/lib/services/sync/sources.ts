import { AppError } from '$lib/domain/errors';
import { asId, type ProjectId, type SourceId } from '$lib/domain/ids';
import { endingOf, isPicturePath, type SourceStorage } from '$lib/domain/source';
import { fileNameOf } from '$lib/domain/task';
import { chosenPaths } from './chosen-paths';
import { expectProject } from '../expect-exists';
import type { ChosenFolder, FolderAccess, FolderToRead, ImageFolder } from '../ports/folders';
import type { Ports } from '../ports/ports';
import { findSimilar } from './find-similar';
import { makeSyncReviews } from './sync-reviews';
import type { CopyFilesInput, InspectFilesInput, SyncReport, SyncSourceInput } from './contract';
import type { JobOutcome } from '../ports/job-report';

/** Result of Check Connection for a folder. */
export interface FolderCheck {
  readonly pictures: number;
  /** Number of pictures by extension, most frequent first; of all files if none is a picture. */
  readonly endings: readonly (readonly [ending: string, count: number])[];
  readonly leftOut: number;
  /** A few names, as the folder gives them. */
  readonly examples: readonly string[];
}

const EXAMPLES = 5;
const PAGE = 1000;

export function makeSources(ports: Ports) {
  const { database, folders, patterns, pictures, jobs, clock, makeId } = ports;
  const reviews = makeSyncReviews();

  const need = async (id: SourceId): Promise<SourceStorage> => {
    const source = await database.sources.get(id);
    if (!source) throw new AppError('folder-missing');
    return source;
  };

  /** Compares a folder and applies the changes; anything other than new files waits for the person's confirmation. */
  const sync = async (id: SourceId, folder?: ChosenFolder): Promise<JobOutcome<SyncReport>> => {
    const source = await need(id);
    const chosen = folder && toRead(folder);
    const run = (agreed: Pick<SyncSourceInput, 'plan' | 'datasets'>) => {
      const input: SyncSourceInput = { sourceId: id, ...(chosen && { chosen }), ...agreed };
      return jobs.run({ kind: 'sync-source', projectId: source.projectId, title: source.title, input });
    };
    let outcome = await run({});
    if (outcome.state === 'done' && outcome.report.plan) {
      const { plan, datasets } = outcome.report;
      if (!(await reviews.ask(source, plan, folder?.name ?? null))) return { state: 'cancelled' };
      // The directory is stored before its tasks are moved: if the job is interrupted, the next sync finds the rest.
      if (folder?.kind === 'directory') await folders.keep(id, folder);
      outcome = await run({ plan, ...(datasets && { datasets }) });
      if (folder?.kind === 'copied' && outcome.state === 'done') await folders.keep(id, folder);
      pictures.forget();
    }
    if (outcome.state === 'done' && (outcome.report.unseen ?? 0) > 0) void inspect(source);
    return outcome;
  };

  /**
   * Inspects files in the background while people work; one job at a time, which also handles files that are added
   * later.
   */
  const inspect = ({ projectId, title }: SourceStorage): Promise<JobOutcome> => {
    const input: InspectFilesInput = { projectId };
    return jobs.run({ kind: 'inspect-files', projectId, title, input, isHousekeeping: true });
  };

  /**
   * Requests access to all folders with one click: a browser that granted folders before restores all of them with one
   * answer. If it requires another click for the next folder, that folder stays closed.
   */
  const allowAll = async (sources: readonly SourceStorage[]): Promise<readonly FolderAccess[]> => {
    const answers: FolderAccess[] = [];
    for (const source of sources) {
      const state = await folders.access(source);
      answers.push(state === 'ask' ? await folders.requestAccess(source) : state);
    }
    return answers;
  };

  /** The storages of a project, without those that are only kept for their tasks. */
  const present = async (projectId: ProjectId): Promise<readonly SourceStorage[]> =>
    (await database.sources.forProject(projectId)).filter(({ isRemoved }) => !isRemoved);

  return {
    checkPattern: patterns.check,
    /** Throws `folder-is-file` if files were chosen instead of a folder and none is a picture. */
    refuseFile({ isLoose, files }: ChosenFolder): void {
      if (isLoose && !files.some(({ path }) => isPicturePath(path)))
        throw new AppError('folder-is-file', { path: files[0]?.path ?? '' });
    },
    get: need,
    sync: (id: SourceId): Promise<JobOutcome> => sync(id),
    watchReviews: reviews.watch,

    async check(folder: ImageFolder, filter: string): Promise<FolderCheck> {
      const chosen: string[] = [];
      const all: string[] = [];
      let hidden = 0;
      const chooser = { ...ports, open: (path: string) => folder.file(path) };
      for await (const paths of folder.list(new AbortController().signal, () => (hidden += 1))) {
        all.push(...paths);
        chosen.push(...(await chosenPaths(paths, filter, chooser)));
      }
      return {
        pictures: chosen.length,
        endings: countEndings(chosen.length > 0 ? chosen : all),
        leftOut: all.length - chosen.length + hidden,
        examples: chosen.slice(0, EXAMPLES).map(fileNameOf),
      };
    },

    /**
     * Adds a folder as a source of the project. A `copied` folder is copied first; a cancelled copy can be run again.
     */
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
      await database.write(async () => {
        await expectProject(database, projectId);
        await database.sources.put(source);
      }, ['projects', 'sources']);
      if (folder.kind === 'copied') {
        const input: CopyFilesInput = { sourceId: source.id, files: folder.files, filter: source.filter };
        await jobs.run({ kind: 'copy-files', projectId, title: source.title, input });
      }
      return source.id;
    },

    /**
     * Connects a storage with a folder that a person chooses, here or on another computer: its tasks are matched by
     * path and by content, and the changes are applied after confirmation. Until then nothing changes.
     */
    chooseFolder: (id: SourceId, folder: ChosenFolder): Promise<JobOutcome> => sync(id, folder),

    /** Returns the storage that has the pictures of a chosen folder already; null if there is none. */
    async alike(projectId: ProjectId, folder: ChosenFolder, filter: string): Promise<SourceStorage | null> {
      const sources = await database.sources.forProject(projectId);
      return sources.length === 0 ? null : findSimilar(sources, folder, filter, ports);
    },

    /** Changes the title or filter. The effect of a filter is shown by the next sync, before it is applied. */
    async change(id: SourceId, fields: Pick<SourceStorage, 'title' | 'filter'>): Promise<void> {
      const problem = fields.filter === '' ? null : await patterns.check(fields.filter);
      if (problem) throw new AppError('pattern-invalid', { position: problem.index + 1 });
      await database.write(async () => {
        const source = await need(id);
        const title = fields.title.trim() === '' ? source.folderName : fields.title.trim();
        await database.sources.put({ ...source, title, filter: fields.filter });
      }, ['sources']);
    },

    /** Counts a storage's tasks, and those of them with work: submitted or skipped, and with a draft. */
    async workIn({ id, projectId }: SourceStorage) {
      const counts = { tasks: 0, submitted: 0, drafts: 0 };
      for (let number = 0; ;) {
        const page = await database.tasks.page(projectId, number, PAGE);
        if (page.length === 0) return counts;
        for (const task of page.filter(({ sourceId }) => sourceId === id)) {
          counts.tasks += 1;
          if (task.annotatedAt !== null) counts.submitted += 1;
          if (task.progress === 'draft') counts.drafts += 1;
        }
        number = page.at(-1)!.number;
      }
    },

    async syncAll(projectId: ProjectId): Promise<readonly JobOutcome[]> {
      const outcomes: JobOutcome[] = [];
      for (const source of await present(projectId)) outcomes.push(await sync(source.id));
      return outcomes;
    },

    watch(
      projectId: ProjectId,
      onValue: (sources: readonly SourceStorage[]) => void,
      onError: (error: unknown) => void,
    ) {
      return database.watch(() => present(projectId), onValue, onError);
    },

    access: (source: SourceStorage): Promise<FolderAccess> => folders.access(source),
    requestAccess: (source: SourceStorage): Promise<FolderAccess> => folders.requestAccess(source),
    /** Requests access to one folder and, in the same click, to all others of its project. */
    async allow(id: SourceId): Promise<FolderAccess> {
      const source = await need(id);
      const others = (await present(source.projectId)).filter((one) => one.id !== id);
      return (await allowAll([source, ...others]))[0]!;
    },
    allowAll,
    /**
     * Requests access to every closed folder of a project, or of all. Returns true if all that can be requested are
     * readable.
     */
    async allowIn(projectId: ProjectId | null): Promise<boolean> {
      const projects = projectId === null ? (await database.projects.all()).map(({ id }) => id) : [projectId];
      const sources = await Promise.all(projects.map(present));
      return !(await allowAll(sources.flat())).includes('ask');
    },

    /** Returns the browser's storage for this page, and the size of the copies of this project's folders. */
    async space(sources: readonly SourceStorage[]) {
      const copied = sources.filter(({ kind }) => kind === 'copied');
      const bytes = await Promise.all(copied.map(({ id }) => folders.copiedBytes(id)));
      const { used, free } = await folders.space();
      return { used, free, copies: bytes.reduce((sum, one) => sum + one, 0) };
    },
  };
}

/** Without the fields that cannot cross into a worker. */
const toRead = ({ kind, name, files, handle }: FolderToRead): FolderToRead => ({ kind, name, files, handle });

function countEndings(paths: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(endingOf(path), (counts.get(endingOf(path)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
