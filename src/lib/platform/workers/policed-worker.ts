/** The browser's own; the detector's worker puts the other one in its place. */
const BareWorker = globalThis.Worker;

/**
 * A worker under the page's policy, wherever its script comes from. See [Note: Policy].
 *
 * A script that the service worker answers carries the policy as a header, and so does one of a host with headers.
 * Before the service worker answers, on the first visit to a plain host, the worker is started from a blob that
 * imports the script: a blob inherits the policy of who starts it, its workers too. The blob's few bytes live as long
 * as the page: when a worker has read them, nothing tells.
 */
export const PolicedWorker = function (script: string | URL, options?: WorkerOptions): Worker {
  const address = new URL(script, location.href).href;
  return new BareWorker(isAnswered() ? address : importing(address), {
    // What developer tools show, where a blob's address says nothing.
    name: address.slice(address.lastIndexOf('/') + 1),
    ...options,
  });
} as unknown as typeof Worker;

/** Whether the script's response carries the policy; a worker that came by a blob was not answered either. */
const isAnswered = (): boolean =>
  'window' in globalThis
    ? 'serviceWorker' in navigator && navigator.serviceWorker.controller !== null
    : !location.href.startsWith('blob:');

const importing = (address: string): string =>
  URL.createObjectURL(new Blob([`import ${JSON.stringify(address)};`], { type: 'text/javascript' }));
