import type { Preferences } from '$lib/services/ports/shell';

/** Choices of this page, kept where the browser forbids storage. */
const inMemory = new Map<string, string>();

/**
 * Stored where they can be read before the first paint. If the browser forbids storage, they are lost with the
 * page.
 */
export const preferences: Preferences = {
  get(key) {
    try {
      return localStorage.getItem(`kakomi-${key}`) ?? inMemory.get(key) ?? null;
    } catch {
      return inMemory.get(key) ?? null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`kakomi-${key}`, value);
    } catch {
      inMemory.set(key, value);
    }
  },
};
