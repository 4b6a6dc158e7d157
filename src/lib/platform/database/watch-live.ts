import { liveQuery } from 'dexie';
import type { KakomiDexie } from './connection';

/** How long to wait before a reading that the browser broke off is made again, in milliseconds. */
const RETRY_MS = 200;

/**
 * Calls back with what `read` finds, now and whenever something that it read changes. Returns an unsubscribe function.
 *
 * Dexie says nothing of a reading that the browser broke off (its transaction aborted, its connection closed), and reads
 * again only after the next change: a list would stay empty for ever. Such a reading is made again.
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
    // Dexie follows what is read across awaits only in a function that is async by itself.
    const reading = async () => {
      try {
        return await read();
      } catch (error) {
        if (isBrokenOff(error) && !db.loss) retry ??= setTimeout(restart, RETRY_MS);
        throw error;
      }
    };
    // A connection that is closed for good is told once for the whole page, not by everything that watches.
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
