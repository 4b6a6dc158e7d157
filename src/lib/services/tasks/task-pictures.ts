import { AppError, type ErrorCode } from '$lib/domain/errors';
import { epochMs, type SourceId, type TaskId } from '$lib/domain/ids';
import type { SourceStorage } from '$lib/domain/source';
import { hasWork, isSameFile, type SeenFile } from '$lib/domain/replaced';
import type { FileState, Task } from '$lib/domain/task';
import { probeFile } from '../probe-file';
import type { Ports } from '../ports/ports';
import type { OpenPicture, Picture } from '../ports/pictures';
import type { KeptThumbnail } from '../ports/thumbnails';

/** About 150 MB of thumbnails; the oldest are made again if they are viewed again. */
const MAX_THUMBNAILS = 20_000;
/** Number of new thumbnails after which old ones are deleted. */
const SWEEP_EVERY = 500;

/** Errors that are not caused by the picture itself. */
const FOLDER_ERRORS: ReadonlySet<ErrorCode> = new Set([
  'permission-needed',
  'folder-missing',
  'storage-removed',
]);

/**
 * The pictures of tasks: full size for the labelling page, thumbnails for lists. Facts learned by opening a picture are
 * stored.
 */
export function makeTaskPictures({
  database,
  pictures,
  pictureFiles,
  folders,
  clock,
}: Pick<Ports, 'database' | 'pictures' | 'pictureFiles' | 'folders' | 'clock'>) {
  const making = new Map<TaskId, Promise<Blob>>();
  /** Tasks whose files were checked since the person came back to this tab. */
  const checked = new Set<TaskId>();
  let made = 0;

  const sourceOf = async (id: SourceId): Promise<SourceStorage> => {
    const source = await database.sources.get(id);
    if (!source) throw new AppError('folder-missing');
    // Copies still exist here; access to a folder was removed with its storage.
    if (source.isRemoved && source.kind === 'directory')
      throw new AppError('storage-removed', { path: source.title });
    return source;
  };

  /** Stores facts about a picture if they have changed. Only a sync finds a missing file again. */
  const storeFacts = (task: Task, news: Pick<Task, 'size' | 'problem' | 'isMissing'>): void => {
    const isKnown =
      task.problem === news.problem &&
      task.isMissing === news.isMissing &&
      task.size?.width === news.size?.width &&
      task.size?.height === news.size?.height;
    if (!isKnown) inBackground(database.tasks.update(task.id, news));
  };

  const storeFailure = (task: Task, error: unknown): void => {
    if (!(error instanceof AppError) || FOLDER_ERRORS.has(error.code)) return;
    const isMissing = error.code === 'file-missing' || error.code === 'copy-missing';
    storeFacts(task, { size: task.size, problem: isMissing ? null : error.code, isMissing });
  };

  /** Stores the content hash of a picture that people work on, so that it is recognised if its file is renamed. */
  const identify = async (task: Task, source: SourceStorage): Promise<void> => {
    const probed = await probeFile(pictureFiles, await folders.open(source), task.path);
    if (probed)
      await database.tasks.update(task.id, {
        file: probed.file,
        isTurned: probed.isTurned[task.page - 1] ?? false,
      });
  };

  /**
   * [Note: Replaced pictures]
   * A file is the same as long as its size and time are; if they differ, its content decides. If a task has no work,
   * the new picture simply becomes its picture. Otherwise the task keeps the facts about the old file and stores the
   * new ones too, until a person decides what happens to the boxes.
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
   * Earlier versions ignored the EXIF orientation of WebPs. Work on a WebP that is rotated now was made on another
   * picture, even if that had the same size.
   */
  const turnedSince = async (task: Task, source: SourceStorage): Promise<FileState | null> => {
    if (task.isTurned === true || task.file === null || !/\.webp$/i.test(task.path)) return null;
    const folder = await folders.open(source);
    // Most WebPs need no rotation, which their header alone shows.
    if (!(await pictureFiles.isTurned(await folder.file(task.path), task.page))) return null;
    const found = await probeFile(pictureFiles, folder, task.path);
    if (found === null) return null;
    const news = hasWork(task) ? { replacedBy: found.file } : {};
    await database.tasks.update(task.id, { isTurned: true, ...news });
    return news.replacedBy ?? null;
  };

  /** Whether a stored thumbnail is of the current file; true if the file cannot be checked. */
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
    if (kept && checked.has(id)) return kept.picture;
    signal?.throwIfAborted();
    const task = await database.tasks.get(id);
    if (!task) throw new AppError('task-missing');
    try {
      const source = await sourceOf(task.sourceId);
      if (kept && (await isOfFile(kept.of, task, source))) {
        checked.add(id);
        return kept.picture;
      }
      refuseMissing(task, source);
      const { picture, size, file } = await pictures.thumbnail(source, task.path, task.page, signal);
      checked.add(id);
      inBackground(keep(id, { picture, of: file }));
      inBackground(replacedBy(task, source, file));
      storeFacts(task, { size, problem: null, isMissing: false });
      return picture;
    } catch (error) {
      storeFailure(task, error);
      throw error;
    }
  };

  const keep = async (id: TaskId, kept: KeptThumbnail): Promise<void> => {
    await database.thumbnails.put(id, kept, epochMs(clock.now()));
    made += 1;
    if (made % SWEEP_EVERY === 0) await database.thumbnails.keepNewest(MAX_THUMBNAILS);
  };

  return {
    async open(task: Task): Promise<OpenPicture> {
      try {
        const source = await sourceOf(task.sourceId);
        refuseMissing(task, source);
        const picture = await pictures.open(source, task.path, task.page);
        const turned = await turnedSince(task, source);
        const replaced = turned ?? (await replacedBy(task, source, picture.file));
        storeFacts(task, { size: picture.size, problem: null, isMissing: false });
        if (task.file === null) inBackground(identify(task, source));
        return { ...picture, replacedBy: replaced, sizeBefore: task.size };
      } catch (error) {
        storeFailure(task, error);
        throw error;
      }
    },

    /** Whether a picture that was read is still its task's; true if the file cannot be checked now. */
    async isCurrent(task: Task, { file }: Picture): Promise<boolean> {
      try {
        return isSameFile(file, await pictures.seen(await sourceOf(task.sourceId), task.path));
      } catch (error) {
        if (error instanceof AppError) return true;
        throw error;
      }
    },

    /** Returns the tasks whose visible thumbnails are out of date, when the person is back in this tab. */
    async changedSince(tasks: readonly Task[]): Promise<readonly TaskId[]> {
      checked.clear();
      const changed = await Promise.all(
        tasks.map(async (task) => {
          const kept = await database.thumbnails.get(task.id);
          return kept === undefined || !(await isOfFile(kept.of, task, await sourceOf(task.sourceId)));
        }),
      );
      return tasks.flatMap(({ id }, at) => (changed[at] ? [id] : []));
    },

    wakeDecoders: () => pictures.wake(),

    /** Decodes a task's picture while its other data are read. An error occurs again on opening. */
    async prefetch(id: TaskId): Promise<void> {
      const task = await database.tasks.get(id);
      const source = task && !task.isMissing ? await database.sources.get(task.sourceId) : undefined;
      if (task && source) pictures.prefetch(source, task.path, task.page);
    },

    /**
     * Returns a thumbnail, made once and stored. Throws the reason why the picture cannot be shown. Abort the signal
     * when the thumbnail is no longer needed.
     */
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
 * Another file may have replaced a missing one, so the file at its path is not shown as the task's. The next sync finds
 * a file that was restored.
 */
function refuseMissing({ isMissing, path }: Task, { kind }: SourceStorage): void {
  if (isMissing) throw new AppError(kind === 'copied' ? 'copy-missing' : 'file-missing', { path });
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/**
 * Runs a write that only makes later work faster, without waiting for it, so that a picture is shown while a sync keeps
 * the disk busy. If the write fails, the work is done again.
 */
function inBackground(work: Promise<unknown>): void {
  work.catch(() => undefined);
}
