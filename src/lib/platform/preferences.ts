import type { Preferences } from '$lib/services/ports/shell';

/** Kept where they can be read before the first paint; a browser that forbids it just forgets them. */
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
