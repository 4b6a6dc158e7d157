import type { Preferences } from '$lib/services/ports/shell';

/**
 * Stored where they can be read before the first paint. If the browser forbids storage, they are lost with the
 * page.
 */
export const preferences: Preferences = {
  get(key) {
    try {
      return localStorage.getItem(`kakomi-${key}`);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`kakomi-${key}`, value);
    } catch {
      // Without storage the choice holds until the page is closed.
    }
  },
};
