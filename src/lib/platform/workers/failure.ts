import { AppError, type ErrorCode } from '$lib/domain/errors';

/** What was thrown in another thread, as plain data. */
export interface Failure {
  /** Null: nobody foresaw it. */
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

/** The failure as it was thrown, but for what no other thread can have: its class, where it is not ours. */
export function thrown({ code, about, name, message }: Failure): Error {
  if (code !== null) return new AppError(code, about);
  const error = new Error(message);
  error.name = name;
  return error;
}

/**
 * Why a worker failed as a whole. A script that cannot be had is told by an event without a message: most likely the
 * host has the files of a newer version. See [Note: Earlier versions] in service-worker/earlier-versions.ts.
 */
export const workerFailure = (event: Event): Error =>
  event instanceof ErrorEvent ? new Error(event.message) : new AppError('version-gone');
