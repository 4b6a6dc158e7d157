import type { Shell } from '$lib/services/ports/shell';
import { Workbox } from 'workbox-window';
import type { KakomiDexie } from './database/connection';
import { answerForVersion, askServiceWorker, tellServiceWorker } from './workers/service-worker';

const RELOADED_KEY = 'kakomi-isolation-tried';

/** How this page was built: below which path, whether with a service worker, and which version. */
export interface AppBuild {
  readonly base: string;
  readonly hasWorker: boolean;
  readonly version: string;
}

/** The service worker, updates, isolation and lasting storage. */
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
      // Only after the person said so; another tab that took the update in does not reload this one.
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
    watchUpdate(onReady) {
      listeners.add(onReady);
      if (isNewerThere) onReady();
      return () => listeners.delete(onReady);
    },
    async applyUpdate() {
      isApplying = true;
      const waiting = (await navigator.serviceWorker.getRegistration(`${base}/`))?.waiting;
      if (waiting) tellServiceWorker(waiting, 'SKIP_WAITING');
      // Another tab took it in already.
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
  tellServiceWorker(navigator.serviceWorker.controller, 'TAB_STARTED');
  if (crossOriginIsolated || touched.signal.aborted || sessionStorage.getItem(RELOADED_KEY)) return;
  sessionStorage.setItem(RELOADED_KEY, 'yes');
  location.reload();
}

const otherTabs = async (): Promise<readonly string[]> => (await ask<readonly string[]>('OTHER_TABS')) ?? [];

/** A service worker of a version that does not know the question stays silent. */
const ANSWER_MS = 1000;

/** Asks the service worker of this page; null: there is none that answers. */
async function ask<Answer>(type: 'VERSION' | 'OTHER_TABS'): Promise<Answer | null> {
  if (!('serviceWorker' in navigator) || !navigator.serviceWorker.controller) return null;
  return askServiceWorker<Answer>(navigator.serviceWorker.controller, { type }, ANSWER_MS);
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
