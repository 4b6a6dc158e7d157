import type { Locks } from '$lib/services/ports/coordination';

/** The browser's locks: they vanish with the tab or worker that holds them. */
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
    // A held lock's request fails when another tab takes it over.
    held.catch((error: unknown) => (isHeld ? onLost?.() : fail(error as Error)));
  });
}
