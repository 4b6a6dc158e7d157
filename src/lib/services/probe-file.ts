import { AppError } from '$lib/domain/errors';
import { epochMs } from '$lib/domain/ids';
import type { FileState } from '$lib/domain/task';
import type { ImageFolder } from './ports/folders';
import type { FileFacts, PictureFiles } from './ports/pictures';

export type ProbedFile = Pick<FileFacts, 'pages' | 'isTurned' | 'problem'> & { readonly file: FileState };

/**
 * Reads a file's size, pages, orientation and content hash without decoding it. Returns null if it does not exist or
 * cannot be read now.
 */
export async function probeFile(
  pictureFiles: Pick<PictureFiles, 'facts'>,
  folder: ImageFolder,
  path: string,
): Promise<ProbedFile | null> {
  try {
    const file = await folder.file(path);
    const { pages, isTurned, problem, hash } = await pictureFiles.facts(file);
    return {
      pages,
      isTurned,
      problem,
      file: { bytes: file.size, modifiedAt: epochMs(file.lastModified), hash },
    };
  } catch (error) {
    if (error instanceof AppError ? error.code === 'permission-needed' : !isOfTheDisk(error)) throw error;
    return null;
  }
}

const isOfTheDisk = (error: unknown): boolean =>
  error instanceof Error && ['NotReadableError', 'NotFoundError'].includes(error.name);
