import type { Locks } from '$lib/services/ports/coordination';

/** Locks of the browser; they are released with the tab or worker that holds them. */
export const locks: Locks = {
  tryHold: (name, onLost) => hold(name, { ifAvailable: true }, onLost),
  async hold(name) {
    return (await hold(name, {}))!;
  },
  async takeOver(name, onLost) {
    return (await hold(name, { steal: true }, onLost))!;
  },
};

function hold(name: string, how: LockOptions, onLost?: () => void): Promise<(() => void) | null> {
  return new Promise((answer, fail) => {
    let isHeld = false;
    const held = navigator.locks.request(name, how, (lock) => {
      if (lock === null) {
        answer(null);
        return;
      }
      isHeld = true;
      return new Promise<void>((release) => answer(() => release()));
    });
    // The request of a held lock fails when another tab steals the lock.
    held.catch((error: unknown) => (isHeld ? onLost?.() : fail(error as Error)));
  });
}
