import { AppError } from '$lib/domain/errors';

export const isAbort = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'AbortError';

/** Converts the browser's errors to AppErrors; rethrows any other error. */
export function foreseen(
  error: unknown,
  path: string,
  whenNotFound: 'file-missing' | 'folder-missing',
): unknown {
  if (!(error instanceof DOMException)) return error;
  switch (error.name) {
    case 'NotFoundError':
    case 'TypeMismatchError':
      return new AppError(whenNotFound, { path }, { cause: error });
    case 'NotAllowedError':
    case 'SecurityError':
      return new AppError('permission-needed', { path }, { cause: error });
    case 'NotReadableError':
      return new AppError('file-unreadable', { path }, { cause: error });
    case 'QuotaExceededError':
      return new AppError('storage-full', { path }, { cause: error });
    default:
      return error;
  }
}
