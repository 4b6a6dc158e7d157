import { AppError, type ErrorCode } from '$lib/domain/errors';
import type { ReadContext } from './format';

/** What is wrong with one file alone, and says nothing about those beside it. */
const OF_ONE_FILE: readonly ErrorCode[] = [
  'format-invalid',
  'text-encoding',
  'archive-damaged',
  'archive-method',
  'archive-password',
  'file-unreadable',
  'file-missing',
];

const isOfOneFile = (error: unknown): error is AppError =>
  error instanceof AppError && OF_ONE_FILE.includes(error.code);

/** One of many small files; null where it cannot be read, which is told. */
export async function orLeftOut<T>(
  path: string,
  context: Pick<ReadContext, 'issue'>,
  read: () => Promise<T>,
): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!isOfOneFile(error)) throw error;
    tell(path, error, context);
    return null;
  }
}

/**
 * Those of several large files that can be read to their end; the others are told and left out whole. Large files
 * are taken in pieces, so each is read once before anything of it is taken. Throws the reason where none is left.
 */
export async function wholeFiles(
  paths: readonly string[],
  context: Pick<ReadContext, 'issue'>,
  pieces: (path: string) => AsyncIterable<unknown>,
): Promise<readonly string[]> {
  // A file that is alone is no use without its end: whoever reads it throws why.
  if (paths.length < 2) return paths;
  const whole: string[] = [];
  const broken: (readonly [path: string, error: AppError])[] = [];
  for (const path of paths) {
    try {
      const reading = pieces(path)[Symbol.asyncIterator]();
      while ((await reading.next()).done !== true);
      whole.push(path);
    } catch (error) {
      if (!isOfOneFile(error)) throw error;
      broken.push([path, error]);
    }
  }
  if (whole.length === 0) throw broken[0]![1];
  for (const [path, error] of broken) tell(path, error, context);
  return whole;
}

function tell(path: string, { about }: AppError, { issue }: Pick<ReadContext, 'issue'>): void {
  const { place, position } = about;
  const where = typeof place === 'string' ? place : typeof position === 'number' ? `byte ${position}` : null;
  issue({ code: 'entry-unreadable', path, ...(where === null ? {} : { place: where }) });
}
