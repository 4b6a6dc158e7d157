import type { Shell } from '$lib/services/ports/shell';
import { Workbox } from 'workbox-window';
import { watchSuperseded } from './database/database';
import type { KakomiDexie } from './database/schema';

const RELOADED_KEY = 'kakomi-isolation-tried';

/** The service worker, updates, isolation and lasting storage. */
export function makeShell(db: KakomiDexie, base: string, hasWorker: boolean): Shell {
  const workbox =
    hasWorker && 'serviceWorker' in navigator
      ? new Workbox(`${base}/service-worker.js`, { scope: `${base}/`, updateViaCache: 'none' })
      : null;
  const listeners = new Set<() => void>();
  let isWaiting = false;
  let isApplying = false;

  if (workbox) {
    workbox.addEventListener('waiting', () => {
      isWaiting = true;
      for (const listener of listeners) listener();
    });
    workbox.addEventListener('controlling', () => {
      // Only after the person said so; another tab that took the update in does not reload this one.
      if (isApplying) location.reload();
    });
    void register(workbox);
  }

  return {
    missing: missingAbilities(),
    watchUpdate(onReady) {
      listeners.add(onReady);
      if (isWaiting) onReady();
      return () => listeners.delete(onReady);
    },
    applyUpdate() {
      isApplying = true;
      workbox?.messageSkipWaiting();
    },
    watchSuperseded: (onSuperseded) => watchSuperseded(db, onSuperseded),
    persist: async () => (await navigator.storage.persisted()) || navigator.storage.persist(),
    whenIdle,
  };
}

/**
 * [Note: Isolation]
 * A plain static host sends no isolation headers; the service worker adds them, but only to pages loaded
 * after it took control. So the very first visit is loaded once more, if nobody has touched the page yet:
 * nothing is ever taken from under a hand. Otherwise the next visit is isolated by itself.
 */
async function register(workbox: Workbox): Promise<void> {
  const touched = new AbortController();
  const touch = () => touched.abort();
  const events = ['pointerdown', 'keydown', 'dragenter'] as const;
  for (const event of events) addEventListener(event, touch, { capture: true, once: true });
  await whenIdle();
  await workbox.register();
  await workbox.controlling;
  if (crossOriginIsolated || touched.signal.aborted || sessionStorage.getItem(RELOADED_KEY)) return;
  sessionStorage.setItem(RELOADED_KEY, 'yes');
  location.reload();
}

/** The first screen comes first: what is fetched for later would only slow it down. */
const whenIdle = (): Promise<unknown> =>
  new Promise((done) =>
    'requestIdleCallback' in globalThis
      ? requestIdleCallback(() => done(null), { timeout: 2000 })
      : setTimeout(done, 200),
  );

/** Names of what Kakomi cannot do without, as the browser's makers call them. */
function missingAbilities(): readonly string[] {
  const needs: readonly (readonly [name: string, has: boolean])[] = [
    ['IndexedDB', 'indexedDB' in globalThis],
    ['Origin private file system', 'storage' in navigator && 'getDirectory' in navigator.storage],
    ['Web Locks', 'locks' in navigator],
    ['OffscreenCanvas', 'OffscreenCanvas' in globalThis],
    ['createImageBitmap', 'createImageBitmap' in globalThis],
    ['Secure context (https or localhost)', isSecureContext],
  ];
  return needs.filter(([, has]) => !has).map(([name]) => name);
}
