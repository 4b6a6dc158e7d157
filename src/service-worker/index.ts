import { base, build, files, prerendered, version } from '$service-worker';
import { clientsClaim } from 'workbox-core';
import { cleanupOutdatedCaches, PrecacheController, PrecacheRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute, setDefaultHandler } from 'workbox-routing';
import { HEADERS } from '../content-policy.js';
import { areAllTabsOf, isNewerOnItsWay, keptByAnyVersion, otherTabs } from './earlier-versions';
import { keepToOwnOrigin } from './own-origin';

declare const self: ServiceWorkerGlobalScope;

/** Every address that is no file is answered by this page; the router in it finds the screen. */
const SHELL = `${base}/404.html`;
/** Where the files lie whose names carry a hash of their content. */
const HASHED = `${base}/_app/immutable/`;

/** The detectors' runtime is large, and only those who connect a model need it: kept at its first use. */
const isOnDemand = (url: string): boolean => /\/(ort[.-]|detector\.worker)[^/]*$/.test(url);
const onDemand = new Set(build.filter(isOnDemand));
const ON_DEMAND_CACHE = 'kakomi-runtime';

/** What is being kept at the moment, by its address. */
const keeping = new Map<string, Promise<void>>();

/**
 * From the cache; else fetched, and kept while it is used already. Names carry a hash of the content, so what is
 * kept never ages. It is read as a whole before: of a stream that two read, one may stand still with the other, and a
 * worker that is ended leaves off reading.
 */
async function keptAtFirstUse(request: Request, event: ExtendableEvent): Promise<Response> {
  const cache = await caches.open(ON_DEMAND_CACHE);
  const kept = await cache.match(request.url);
  if (kept) return secure(kept);
  const response = await fetch(request);
  if (!response.ok) return secure(response);
  const bytes = await response.arrayBuffer();
  const whole = () => new Response(bytes, { status: response.status, headers: response.headers });
  // What does not fit is fetched again the next time, or told by who asks to keep it.
  const put = cache
    .put(request.url, whole())
    .catch(() => undefined)
    .finally(() => keeping.delete(request.url));
  keeping.set(request.url, put);
  event.waitUntil(put);
  return secure(whole());
}

/** What an older version of the app had kept is not asked for any more. */
async function dropOutdated(): Promise<void> {
  const cache = await caches.open(ON_DEMAND_CACHE);
  for (const { url } of await cache.keys()) if (!onDemand.has(new URL(url).pathname)) await cache.delete(url);
}

/** Who had the runtime has it in this version too, also without a network. */
async function carryOver(): Promise<void> {
  const cache = await caches.open(ON_DEMAND_CACHE);
  const kept = (await cache.keys()).map(({ url }) => kindOf(new URL(url).pathname));
  const missing = [...onDemand].filter((url) => kept.includes(kindOf(url)));
  for (const url of missing) if (!(await cache.match(url))) await cache.add(url);
}

/** What these builds are made of; nothing is fetched twice. */
async function keepBuilds(builds: readonly string[]): Promise<void> {
  const cache = await caches.open(ON_DEMAND_CACHE);
  const wanted = [...onDemand].filter((url) => builds.includes('jspi') || !url.includes('.jspi.'));
  for (const url of wanted) {
    await keeping.get(new URL(url, self.location.href).href);
    if (!(await cache.match(url))) await cache.add(url);
  }
}

/** A file's name without its hash. */
const kindOf = (url: string): string => url.replace(/^.*\//, '').replace(/[.-][\w-]{8}(?=\.\w+$)/, '');

/** The same response with the app's policy, and isolated. See [Note: Policy] and [Note: Isolation]. */
function secure(response: Response): Response {
  if (response.type === 'opaque' || response.type === 'error') return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  const body = [204, 205, 304].includes(response.status) ? null : response.body;
  return new Response(body, { status: response.status, statusText: response.statusText, headers });
}

const withHash = (url: string) => ({ url, revision: null });
const withVersion = (url: string) => ({ url, revision: version });

keepToOwnOrigin();
const precache = new PrecacheController({
  plugins: [{ handlerWillRespond: ({ response }) => Promise.resolve(secure(response)) }],
});
precache.addToCacheList([
  ...build.filter((url) => !isOnDemand(url)).map(withHash),
  ...[...files, ...prerendered, SHELL].map(withVersion),
]);
registerRoute(new PrecacheRoute(precache, { cleanURLs: false }));
registerRoute(
  new NavigationRoute(async ({ url }) => {
    const page =
      (await precache.matchPrecache(url.pathname)) ??
      (await precache.matchPrecache(SHELL)) ??
      Response.error();
    return secure(new Response(page.body, { status: 200, headers: page.headers }));
  }),
);
registerRoute(
  ({ url }) => onDemand.has(url.pathname),
  ({ request, event }) => keptAtFirstUse(request, event),
);
setDefaultHandler(async ({ request, url }) => {
  const kept = url.pathname.startsWith(HASHED) ? await keptByAnyVersion(request.url) : undefined;
  return secure(kept ?? (await fetch(request)));
});
cleanupOutdatedCaches();
clientsClaim();

/** Forgets what earlier versions kept, once none of their tabs is open. See [Note: Earlier versions]. */
async function sweep(event: ExtendableEvent, leavingId?: string): Promise<void> {
  if (isNewerOnItsWay() || !(await areAllTabsOf(version, leavingId))) return;
  await precache.activate(event);
  await dropOutdated();
}

self.addEventListener('install', (event) =>
  event.waitUntil(Promise.all([precache.install(event), carryOver()])),
);
self.addEventListener('message', (event) => {
  const message = event.data as { type?: string; builds?: readonly string[] } | null;
  const tabId = event.source instanceof Client ? event.source.id : undefined;
  if (message?.type === 'SKIP_WAITING') void self.skipWaiting();
  if (message?.type === 'VERSION') event.ports[0]?.postMessage(version);
  if (message?.type === 'TAB_STARTED') event.waitUntil(sweep(event));
  if (message?.type === 'TAB_LEAVING') event.waitUntil(sweep(event, tabId));
  if (message?.type === 'OTHER_TABS')
    event.waitUntil(otherTabs(tabId).then((tabs) => event.ports[0]?.postMessage(tabs)));
  if (message?.type === 'KEEP_RUNTIME')
    event.waitUntil(keepBuilds(message.builds ?? []).finally(() => event.ports[0]?.postMessage('kept')));
});
