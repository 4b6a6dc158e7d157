import { liveQuery } from 'dexie';
import type { KakomiDexie } from './connection';

/** Delay before an aborted read is repeated, in milliseconds. */
const RETRY_MS = 200;

/**
 * Calls back with the result of `read`, now and whenever something that it read changes. Returns an unsubscribe
 * function.
 *
 * Dexie does not report a read that the browser aborted (its transaction or its connection), and reads again only after
 * the next change: a list would stay empty for ever. Such a read is repeated.
 */
export function watchLive<T>(
  db: KakomiDexie,
  read: () => T | Promise<T>,
  onValue: (value: T) => void,
  onError: (error: unknown) => void,
): () => void {
  let retry: ReturnType<typeof setTimeout> | undefined;
  let subscription = subscribe();

  function subscribe() {
    // Dexie tracks reads across awaits only in a function that is declared async.
    const reading = async () => {
      try {
        return await read();
      } catch (error) {
        if (isBrokenOff(error) && !db.loss) retry ??= setTimeout(restart, RETRY_MS);
        throw error;
      }
    };
    // A connection that is closed for good is reported once for the whole page, not by every watcher.
    const error = (error: unknown) => (db.loss ? undefined : onError(error));
    return liveQuery(reading).subscribe({ next: onValue, error });
  }

  function restart(): void {
    retry = undefined;
    subscription.unsubscribe();
    subscription = subscribe();
  }

  return () => {
    clearTimeout(retry);
    subscription.unsubscribe();
  };
}

const isBrokenOff = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || error.name === 'DatabaseClosedError');
