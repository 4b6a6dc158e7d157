import { AppError, type ErrorCode } from '$lib/domain/errors';
import { epochMs, type SourceId, type TaskId } from '$lib/domain/ids';
import type { SourceStorage } from '$lib/domain/source';
import { hasWork, isSameFile, type SeenFile } from '$lib/domain/replaced';
import type { FileState, Task } from '$lib/domain/task';
import { probeFile } from '../probe-file';
import type { Ports } from '../ports/ports';
import type { OpenPicture, Picture } from '../ports/pictures';
import type { KeptThumbnail } from '../ports/thumbnails';

/** About 150 MB of small pictures; the oldest are made anew if they are looked at again. */
const KEPT_THUMBNAILS = 20_000;
/** Old ones are looked for after so many new ones. */
const SWEEP_EVERY = 500;

/** What is no fault of the picture's. */
const OF_THE_FOLDER: ReadonlySet<ErrorCode> = new Set([
  'permission-needed',
  'folder-missing',
  'storage-removed',
]);

/** The pictures of tasks: whole for the labelling page, small for lists. What opening one teaches is remembered. */
export function makeTaskPictures({
  database,
  pictures,
  pictureFiles,
  folders,
  clock,
}: Pick<Ports, 'database' | 'pictures' | 'pictureFiles' | 'folders' | 'clock'>) {
  const making = new Map<TaskId, Promise<Blob>>();
  /** Whose files were looked at since the person came back to this tab. */
  const looked = new Set<TaskId>();
  let made = 0;

  const sourceOf = async (id: SourceId): Promise<SourceStorage> => {
    const source = await database.sources.get(id);
    if (!source) throw new AppError('folder-missing');
    // Copies are still here; the way to a folder went with its storage.
    if (source.isRemoved && source.kind === 'directory')
      throw new AppError('storage-removed', { path: source.title });
    return source;
  };

  /** Where that is news. Only a sync finds a missing file again. */
  const learn = (task: Task, news: Pick<Task, 'size' | 'problem' | 'isMissing'>): void => {
    const isKnown =
      task.problem === news.problem &&
      task.isMissing === news.isMissing &&
      task.size?.width === news.size?.width &&
      task.size?.height === news.size?.height;
    if (!isKnown) inBackground(database.tasks.update(task.id, news));
  };

  const learnFailure = (task: Task, error: unknown): void => {
    if (!(error instanceof AppError) || OF_THE_FOLDER.has(error.code)) return;
    const isMissing = error.code === 'file-missing' || error.code === 'copy-missing';
    learn(task, { size: task.size, problem: isMissing ? null : error.code, isMissing });
  };

  /** A picture that people work on is known by its content from then on, whatever its file is called later. */
  const identify = async (task: Task, source: SourceStorage): Promise<void> => {
    const looked = await probeFile(pictureFiles, await folders.open(source), task.path);
    if (looked)
      await database.tasks.update(task.id, {
        file: looked.file,
        isTurned: looked.isTurned[task.page - 1] ?? false,
      });
  };

  /**
   * [Note: Replaced pictures]
   * A file is the same while its length and time are; where they differ, its content tells. The picture of a
   * task on which nothing was made simply is another one. Else the task keeps what it knows of the old file and
   * remembers the new one, until a person says what becomes of the boxes.
   */
  const replacedBy = async (task: Task, source: SourceStorage, seen: SeenFile): Promise<FileState | null> => {
    const before = task.replacedBy ?? null;
    const known = before ?? task.file;
    if (known === null || isSameFile(known, seen)) return before;
    const found = await probeFile(pictureFiles, await folders.open(source), task.path);
    if (found === null) return before;
    if (found.file.hash === before?.hash) {
      await database.tasks.update(task.id, { replacedBy: found.file });
      return found.file;
    }
    const isTurned = found.isTurned[task.page - 1] ?? false;
    if (found.file.hash === task.file?.hash || !hasWork(task)) {
      await database.tasks.update(task.id, { file: found.file, replacedBy: null, isTurned });
      return null;
    }
    await database.tasks.update(task.id, { replacedBy: found.file, isTurned });
    return found.file;
  };

  /**
   * WebPs were shown as they are stored until their EXIF orientation was honoured, and what was made on one that
   * stands upright now was made on another picture, be it one of the same size.
   */
  const turnedSince = async (task: Task, source: SourceStorage): Promise<FileState | null> => {
    if (task.isTurned === true || task.file === null || !/\.webp$/i.test(task.path)) return null;
    const folder = await folders.open(source);
    // Most stand as they are stored, which the head alone tells.
    if (!(await pictureFiles.isTurned(await folder.file(task.path), task.page))) return null;
    const found = await probeFile(pictureFiles, folder, task.path);
    if (found === null) return null;
    const news = hasWork(task) ? { replacedBy: found.file } : {};
    await database.tasks.update(task.id, { isTurned: true, ...news });
    return news.replacedBy ?? null;
  };

  /** Whether a kept thumbnail is of the file as it is now; what cannot be looked at is taken to be. */
  const isOfFile = async (of: SeenFile | null, task: Task, source: SourceStorage): Promise<boolean> => {
    if (task.isMissing) return true;
    try {
      const known = of ?? task.file;
      return known !== null && isSameFile(known, await pictures.seen(source, task.path));
    } catch (error) {
      if (error instanceof AppError) return true;
      throw error;
    }
  };

  const makeThumbnail = async (id: TaskId, signal?: AbortSignal): Promise<Blob> => {
    const kept = await database.thumbnails.get(id);
    if (kept && looked.has(id)) return kept.picture;
    signal?.throwIfAborted();
    const task = await database.tasks.get(id);
    if (!task) throw new AppError('task-missing');
    try {
      const source = await sourceOf(task.sourceId);
      if (kept && (await isOfFile(kept.of, task, source))) {
        looked.add(id);
        return kept.picture;
      }
      refuseMissing(task, source);
      const { picture, size, file } = await pictures.thumbnail(source, task.path, task.page, signal);
      looked.add(id);
      inBackground(keep(id, { picture, of: file }));
      inBackground(replacedBy(task, source, file));
      learn(task, { size, problem: null, isMissing: false });
      return picture;
    } catch (error) {
      learnFailure(task, error);
      throw error;
    }
  };

  const keep = async (id: TaskId, kept: KeptThumbnail): Promise<void> => {
    await database.thumbnails.put(id, kept, epochMs(clock.now()));
    made += 1;
    if (made % SWEEP_EVERY === 0) await database.thumbnails.keepNewest(KEPT_THUMBNAILS);
  };

  return {
    async open(task: Task): Promise<OpenPicture> {
      try {
        const source = await sourceOf(task.sourceId);
        refuseMissing(task, source);
        const picture = await pictures.open(source, task.path, task.page);
        const turned = await turnedSince(task, source);
        const replaced = turned ?? (await replacedBy(task, source, picture.file));
        learn(task, { size: picture.size, problem: null, isMissing: false });
        if (task.file === null) inBackground(identify(task, source));
        return { ...picture, replacedBy: replaced, sizeBefore: task.size };
      } catch (error) {
        learnFailure(task, error);
        throw error;
      }
    },

    /** Whether a picture that was read still is its task's; one whose file cannot be looked at now is. */
    async isCurrent(task: Task, { file }: Picture): Promise<boolean> {
      try {
        return isSameFile(file, await pictures.seen(await sourceOf(task.sourceId), task.path));
      } catch (error) {
        if (error instanceof AppError) return true;
        throw error;
      }
    },

    /** The person is back in this tab: which of the thumbnails on the screen are not of their files any more. */
    async changedSince(tasks: readonly Task[]): Promise<readonly TaskId[]> {
      looked.clear();
      const changed = await Promise.all(
        tasks.map(async (task) => {
          const kept = await database.thumbnails.get(task.id);
          return kept === undefined || !(await isOfFile(kept.of, task, await sourceOf(task.sourceId)));
        }),
      );
      return tasks.flatMap(({ id }, at) => (changed[at] ? [id] : []));
    },

    wakeDecoders: () => pictures.wake(),

    /** Decodes a task's picture while other things of it are read; what fails fails again on opening. */
    async prefetch(id: TaskId): Promise<void> {
      const task = await database.tasks.get(id);
      const source = task && !task.isMissing ? await database.sources.get(task.sourceId) : undefined;
      if (task && source) pictures.prefetch(source, task.path, task.page);
    },

    /** Made once and kept. Throws what keeps the picture from being shown; the signal says that nobody looks any more. */
    async thumbnail(id: TaskId, signal?: AbortSignal): Promise<Blob> {
      const under = making.get(id);
      if (under) {
        const picture = await under.catch((error: unknown) => {
          if (isAbort(error)) return null;
          throw error;
        });
        if (picture) return picture;
      }
      const mine = makeThumbnail(id, signal);
      making.set(id, mine);
      try {
        return await mine;
      } finally {
        if (making.get(id) === mine) making.delete(id);
      }
    },
  };
}

/**
 * Another file may have taken the place of a missing one, so what lies at its path now is not shown as it. A
 * file that was put back is found by the next sync.
 */
function refuseMissing({ isMissing, path }: Task, { kind }: SourceStorage): void {
  if (isMissing) throw new AppError(kind === 'copied' ? 'copy-missing' : 'file-missing', { path });
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/**
 * What is only remembered to be quicker next time is not waited for: a picture is on the screen while a sync
 * keeps the disk busy. If it cannot be kept, it is made again.
 */
function inBackground(work: Promise<unknown>): void {
  work.catch(() => undefined);
}
