import type { Shell } from '$lib/services/ports/shell';
import { Workbox } from 'workbox-window';
import type { KakomiDexie } from './database/connection';
import { answerForVersion, askServiceWorker, notifyServiceWorker } from './workers/service-worker';

const RELOADED_KEY = 'kakomi-isolation-tried';

/** How this page was built: its base path, whether it has a service worker, and its version. */
export interface AppBuild {
  readonly base: string;
  readonly hasWorker: boolean;
  readonly version: string;
}

/** The service worker, updates, cross-origin isolation and persistent storage. */
export function makeShell(db: KakomiDexie, { base, hasWorker, version }: AppBuild): Shell {
  const workbox =
    hasWorker && 'serviceWorker' in navigator
      ? new Workbox(`${base}/service-worker.js`, { scope: `${base}/`, updateViaCache: 'none' })
      : null;
  const listeners = new Set<() => void>();
  let isNewerThere = false;
  let isApplying = false;
  const tellNewer = (): void => {
    isNewerThere = true;
    for (const listener of listeners) listener();
  };

  if (workbox) {
    workbox.addEventListener('waiting', tellNewer);
    workbox.addEventListener('controlling', () => {
      // Reloads only if the person asked for the update here; another tab's update does not reload this one.
      if (isApplying) location.reload();
      else
        void ask<string>('VERSION').then((running) => {
          if (running !== null && running !== version) tellNewer();
        });
    });
    answerForVersion(version);
    void register(workbox);
  }

  return {
    missing: missingAbilities(),
    keepsNothing,
    watchUpdate(onReady) {
      listeners.add(onReady);
      if (isNewerThere) onReady();
      return () => listeners.delete(onReady);
    },
    async applyUpdate() {
      isApplying = true;
      const waiting = (await navigator.serviceWorker.getRegistration(`${base}/`))?.waiting;
      if (waiting) notifyServiceWorker(waiting, 'SKIP_WAITING');
      // Another tab has activated the update already.
      else location.reload();
    },
    watchTrouble: (onChange) => db.watchTrouble(onChange),
    otherTabs,
    persist: async () => (await navigator.storage.persisted()) || navigator.storage.persist(),
    whenIdle,
  };
}

/**
 * [Note: Isolation]
 * A plain static host sends no isolation headers. The service worker adds them, but only to pages that load after
 * it has taken control. So the very first visit is reloaded once, if nobody has touched the page yet: a page in use
 * is never reloaded. Otherwise the next visit is isolated.
 */
async function register(workbox: Workbox): Promise<void> {
  const touched = new AbortController();
  const touch = () => touched.abort();
  const events = ['pointerdown', 'keydown', 'dragenter'] as const;
  for (const event of events) addEventListener(event, touch, { capture: true, once: true });
  await whenIdle();
  await workbox.register();
  await workbox.controlling;
  notifyServiceWorker(navigator.serviceWorker.controller, 'TAB_STARTED');
  if (crossOriginIsolated || touched.signal.aborted || sessionStorage.getItem(RELOADED_KEY)) return;
  sessionStorage.setItem(RELOADED_KEY, 'yes');
  location.reload();
}

const otherTabs = async (): Promise<readonly string[]> => (await ask<readonly string[]>('OTHER_TABS')) ?? [];

/** A service worker of a version that does not know the question does not answer. */
const ANSWER_MS = 1000;

/** Asks the page's service worker; null if none answers. */
async function ask<Answer>(type: 'VERSION' | 'OTHER_TABS'): Promise<Answer | null> {
  if (!('serviceWorker' in navigator) || !navigator.serviceWorker.controller) return null;
  return askServiceWorker<Answer>(navigator.serviceWorker.controller, { type }, ANSWER_MS);
}

/** Waits until the first screen is painted: prefetching before would only slow it down. */
const whenIdle = (): Promise<unknown> =>
  new Promise((done) =>
    'requestIdleCallback' in globalThis
      ? requestIdleCallback(() => done(null), { timeout: 2000 })
      : setTimeout(done, 200),
  );

/** In a private window, Firefox answers with a SecurityError, and Safari with an UnknownError. */
const keepsNothing = (): Promise<boolean> =>
  navigator.storage.getDirectory().then(
    () => false,
    (error: unknown) =>
      error instanceof DOMException && ['SecurityError', 'UnknownError'].includes(error.name),
  );

/** The names of required features that the browser lacks, as browser makers call them. */
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
