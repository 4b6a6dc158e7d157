import { AppError } from '$lib/domain/errors';
import { epochMs } from '$lib/domain/ids';
import type { FileState } from '$lib/domain/task';
import type { ImageFolder } from './ports/folders';
import type { FileFacts, PictureFiles } from './ports/pictures';

export type Looked = Pick<FileFacts, 'pages' | 'isTurned' | 'problem'> & { readonly file: FileState };

/** What a file tells without being decoded; null where it went away or cannot be read now. */
export async function lookInto(
  pictureFiles: Pick<PictureFiles, 'facts'>,
  folder: ImageFolder,
  path: string,
): Promise<Looked | null> {
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
