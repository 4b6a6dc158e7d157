import { AppError, type ErrorCode } from '$lib/domain/errors';

/** An error from another thread as plain data. */
export interface Failure {
  /** Null if it is no AppError. */
  readonly code: ErrorCode | null;
  readonly about: AppError['about'];
  readonly name: string;
  readonly message: string;
}

export const failureOf = (error: unknown): Failure => ({
  code: error instanceof AppError ? error.code : null,
  about: error instanceof AppError ? error.about : {},
  name: error instanceof Error ? error.name : 'Error',
  message: error instanceof Error ? error.message : String(error),
});

/** Restores the error; only a class that is not ours is lost. */
export function thrown({ code, about, name, message }: Failure): Error {
  if (code !== null) return new AppError(code, about);
  const error = new Error(message);
  error.name = name;
  return error;
}

/**
 * The reason why a worker failed as a whole. If its script cannot be loaded, the event has no message: most likely
 * the host has the files of a newer version. See [Note: Earlier versions] in service-worker/earlier-versions.ts.
 */
export const workerFailure = (event: Event): Error =>
  event instanceof ErrorEvent ? new Error(event.message) : new AppError('version-gone');
