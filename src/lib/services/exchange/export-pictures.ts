import { AppError } from '$lib/domain/errors';
import { epochMs, type SourceId, type TaskId } from '$lib/domain/ids';
import { hasWork, isSameFile } from '$lib/domain/replaced';
import { endingOf, mayHavePages } from '$lib/domain/source';
import { pagePathOf, type Task } from '$lib/domain/task';
import type { ArchiveEntry } from '../ports/archives';
import type { ImageFolder } from '../ports/folders';
import type { JobContext, SkippedList } from '../job';

/**
 * [Note: Upright copies]
 * Boxes and sizes are those of the upright picture. A trainer that reads an export (PIL, torchvision) opens a file as
 * its pixels are stored and ignores orientation tags and further pages, so a picture that is rotated, mirrored or not
 * on its file's first page is written as a file of its own with upright pixels. All others are copied byte for byte,
 * also a TIFF of 16 bits: its pixels fit the boxes, and their depth is useful.
 */
export interface ExportPictures {
  /**
   * Returns the path that the name of a task's file in the archive derives from, with the extension of the written
   * file.
   */
  pathOf(task: Task): Promise<string>;
  /** Yields the pictures at their paths in the archive; a picture that cannot be read is reported and left out. */
  entries(
    written: readonly { readonly task: Task; readonly path: string }[],
    skipped: SkippedList,
  ): AsyncIterable<ArchiveEntry>;
}

export function exportPictures({ ports, signal, report }: JobContext): ExportPictures {
  const folders = new Map<SourceId, ImageFolder>();
  /** Cached, because formats of several files ask for the names several times. */
  const becomesPng = new Map<TaskId, boolean>();

  const open = async (task: Task): Promise<File> => {
    const folder = folders.get(task.sourceId) ?? (await folderOf(ports, task.sourceId));
    folders.set(task.sourceId, folder);
    return folder.file(task.path);
  };

  const isRemade = async (task: Task, file: File): Promise<boolean> =>
    task.page > 1 || ports.pictureFiles.isTurned(file, task.page);

  /**
   * Whether the file's content differs from the one that was annotated and nobody has noticed. A replacement that was
   * noticed is reported elsewhere.
   */
  const isReplacedUnnoticed = async (task: Task, file: File): Promise<boolean> => {
    const { file: known, replacedBy } = task;
    if (known === null || replacedBy || !hasWork(task)) return false;
    if (isSameFile(known, { bytes: file.size, modifiedAt: epochMs(file.lastModified) })) return false;
    return (await ports.pictureFiles.hash(file)) !== known.hash;
  };

  const isRemadeAsPng = async (task: Task): Promise<boolean> => {
    if (task.page > 1) return true;
    // JPEG, PNG and WebP keep their format.
    if (!mayHavePages(task.path) && endingOf(task.path) !== 'avif') return false;
    if (task.isMissing) return false;
    try {
      return await isRemade(task, await open(task));
    } catch (error) {
      // The error is reported when the picture itself is written.
      if (error instanceof AppError) return false;
      throw error;
    }
  };

  return {
    async pathOf(task) {
      const isPng = becomesPng.get(task.id) ?? (await isRemadeAsPng(task));
      if (isPng || mayHavePages(task.path)) becomesPng.set(task.id, isPng);
      const path = pagePathOf(task);
      return isPng ? `${withoutEnding(path)}.png` : path;
    },

    async *entries(written, skipped) {
      for (const [index, { task, path }] of written.entries()) {
        signal.throwIfAborted();
        try {
          const file = await open(task);
          if (await isReplacedUnnoticed(task, file)) skipped.addTask(task, 'picture-replaced');
          const content = (await isRemade(task, file))
            ? await ports.pictureFiles.uprightCopy(file, task.page)
            : file;
          yield { path, modifiedAt: new Date(file.lastModified), content };
        } catch (error) {
          if (!(error instanceof AppError) || error.code === 'permission-needed') throw error;
          skipped.addTask(task, error.code);
        }
        report({ done: index + 1, total: written.length });
      }
    },
  };
}

export async function folderOf(
  { database, folders }: JobContext['ports'],
  id: SourceId,
): Promise<ImageFolder> {
  const source = await database.sources.get(id);
  if (!source) throw new AppError('folder-missing');
  return folders.open(source);
}

const withoutEnding = (path: string): string =>
  endingOf(path) === '' ? path : path.slice(0, path.lastIndexOf('.'));
