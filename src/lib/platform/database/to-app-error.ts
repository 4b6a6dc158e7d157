import { AppError } from '$lib/domain/errors';
import { Dexie } from 'dexie';
import type { KakomiDexie } from './connection';

/** Converts the error of a failed read or write to an AppError, if its meaning is known. */
export function toAppError(error: unknown, { loss }: Pick<KakomiDexie, 'loss'>): unknown {
  if (error instanceof AppError) return error;
  const inner = error instanceof Dexie.DexieError && error.inner instanceof Error ? error.inner : error;
  const name = inner instanceof Error ? inner.name : '';
  if (name === 'QuotaExceededError') return new AppError('storage-full', {}, { cause: error });
  // Every failure on a connection that is closed for good has that cause. See [Note: Connection].
  return loss ? new AppError(loss.code, {}, { cause: error }) : error;
}

type Store = Readonly<Record<string, unknown>>;

/** Wraps a store so that its failures are converted to foreseen errors. */
export function withAppErrors<S extends object>(store: S, db: Pick<KakomiDexie, 'loss'>): S {
  const guarded =
    (run: (...args: unknown[]) => unknown) =>
    (...args: unknown[]) => {
      const answer = run(...args);
      return answer instanceof Dexie.Promise || answer instanceof Promise
        ? answer.catch((error: unknown) => {
            throw toAppError(error, db);
          })
        : answer;
    };
  return Object.fromEntries(
    Object.entries(store as Store).map(([name, part]) => [
      name,
      typeof part === 'function' ? guarded(part as () => unknown) : part,
    ]),
  ) as S;
}
