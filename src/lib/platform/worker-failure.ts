import { AppError } from '$lib/domain/errors';

/**
 * Why a worker failed. A script that cannot be had is told by an event without a message: most likely the host has
 * the files of a newer version. See [Note: Earlier versions] in service-worker/earlier-versions.ts.
 */
export const workerFailure = (event: Event): Error =>
  event instanceof ErrorEvent ? new Error(event.message) : new AppError('version-gone');
