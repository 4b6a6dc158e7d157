import { AppError } from '$lib/domain/errors';
import { Dexie } from 'dexie';
import type { KakomiDexie } from './connection';

/** What a failed read or write means for people, where we know it. */
export function foreseen(error: unknown, { loss }: Pick<KakomiDexie, 'loss'>): unknown {
  if (error instanceof AppError) return error;
  const inner = error instanceof Dexie.DexieError && error.inner instanceof Error ? error.inner : error;
  const name = inner instanceof Error ? inner.name : '';
  if (name === 'QuotaExceededError') return new AppError('storage-full', {}, { cause: error });
  // Whatever fails on a connection that is closed for good fails for that reason. See [Note: Connection].
  return loss ? new AppError(loss.code, {}, { cause: error }) : error;
}

type Store = Readonly<Record<string, unknown>>;

/** The same store, whose failures are the foreseen ones. */
export function foreseeing<S extends object>(store: S, db: Pick<KakomiDexie, 'loss'>): S {
  const guarded =
    (run: (...args: unknown[]) => unknown) =>
    (...args: unknown[]) => {
      const answer = run(...args);
      return answer instanceof Dexie.Promise || answer instanceof Promise
        ? answer.catch((error: unknown) => {
            throw foreseen(error, db);
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
