import type { Locks } from '$lib/services/ports/coordination';

/** The browser's locks: they vanish with the tab or worker that holds them. */
export const locks: Locks = {
  tryHold: (name) =>
    new Promise((answer, fail) => {
      const held = navigator.locks.request(name, { ifAvailable: true }, (lock) => {
        if (lock === null) {
          answer(null);
          return;
        }
        return new Promise<void>((release) => answer(() => release()));
      });
      held.catch(fail);
    }),
};
