import { AppError, type ErrorCode } from '$lib/domain/errors';
import type { ReadContext } from './format';

/** Errors that concern one file alone. */
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

/** Reads one of many small files; returns null and reports an issue if it cannot be read. */
export async function orLeftOut<T>(
  path: string,
  context: Pick<ReadContext, 'issue'>,
  read: () => Promise<T>,
): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!isOfOneFile(error)) throw error;
    reportBroken(path, error, context);
    return null;
  }
}

/**
 * The files that can be read to their end; the others are reported and left out as a whole. Large files are
 * processed in pieces, so each is read once before any of it is used. Throws the first error if no file is left.
 */
export async function wholeFiles(
  paths: readonly string[],
  context: Pick<ReadContext, 'issue'>,
  pieces: (path: string) => AsyncIterable<unknown>,
): Promise<readonly string[]> {
  // A single file that is broken is of no use: reading it throws the reason.
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
  for (const [path, error] of broken) reportBroken(path, error, context);
  return whole;
}

function reportBroken(path: string, { about }: AppError, { issue }: Pick<ReadContext, 'issue'>): void {
  const { place, position } = about;
  const where = typeof place === 'string' ? place : typeof position === 'number' ? `byte ${position}` : null;
  issue({ code: 'entry-unreadable', path, ...(where === null ? {} : { place: where }) });
}
