import { AppError } from '$lib/domain/errors';
import { Dexie } from 'dexie';

/** What a failed write means for people, where we know it. */
export function foreseen(error: unknown): unknown {
  const inner = error instanceof Dexie.DexieError && error.inner instanceof Error ? error.inner : error;
  const name = inner instanceof Error ? inner.name : '';
  if (name === 'QuotaExceededError') return new AppError('storage-full', {}, { cause: error });
  if (name === 'VersionError' || name === 'DatabaseClosedError')
    return new AppError('newer-version-running', {}, { cause: error });
  return error;
}
