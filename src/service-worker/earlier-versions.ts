declare const self: ServiceWorkerGlobalScope;

/**
 * [Note: Earlier versions]
 * After an update a tab of the earlier version lives on until it is loaded anew, and asks for its own lazy parts and
 * workers: files with a hash in their name, which the host no longer has. So the caches keep what earlier versions
 * kept, and give it to whoever asks, until no tab of an earlier version is left: every tab is asked which version
 * it is, and one that does not answer counts as an earlier one. That is asked when a tab has started and when one
 * goes; not on activation, which every request would wait for.
 */
const ANSWER_MS = 3000;

/** Whether every open tab, but the one that is just going, is of this version. */
export async function areAllTabsOf(version: string, leavingId?: string): Promise<boolean> {
  const tabs = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const versions = await Promise.all(tabs.filter(({ id }) => id !== leavingId).map(versionOf));
  return versions.every((own) => own === version);
}

/** A version that is being installed keeps its files beside those of this one. */
export const isNewerOnItsWay = (): boolean =>
  self.registration.installing !== null || self.registration.waiting !== null;

/** What some version kept under an address; undefined: none did. */
export const keptByAnyVersion = (url: string): Promise<Response | undefined> =>
  caches.match(url, { ignoreVary: true });

function versionOf(tab: Client): Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((done) => {
    port1.onmessage = ({ data }) => done(data);
    setTimeout(() => done(null), ANSWER_MS);
    tab.postMessage({ type: 'WHICH_VERSION' }, [port2]);
  });
}

/** The addresses of the tabs but the one that asks. */
export async function otherTabs(ownId: string | undefined): Promise<readonly string[]> {
  const tabs = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return tabs.filter(({ id }) => id !== ownId).map(({ url }) => url);
}
