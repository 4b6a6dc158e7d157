/** The browser's Worker; the detector's worker replaces the global one. */
const BareWorker = globalThis.Worker;

/**
 * A worker under the page's Content Security Policy, whichever server its script comes from. See [Note: Policy].
 *
 * A script that the service worker serves has the policy as a header, and so has one from a host with headers.
 * Before the service worker serves, on the first visit to a plain host, the worker is started from a blob that
 * imports the script: a blob inherits the policy of the thread that created it, and so do its own workers. The
 * blob's few bytes are never freed, because nothing says when a worker has read them.
 */
export const PolicedWorker = function (script: string | URL, options?: WorkerOptions): Worker {
  const address = new URL(script, location.href).href;
  return new BareWorker(isAnswered() ? address : importing(address), {
    // Developer tools show this name, since a blob's URL says nothing.
    name: address.slice(address.lastIndexOf('/') + 1),
    ...options,
  });
} as unknown as typeof Worker;

/** Whether the script's response has the policy; for a worker that was started from a blob it has not. */
const isAnswered = (): boolean =>
  'window' in globalThis
    ? 'serviceWorker' in navigator && navigator.serviceWorker.controller !== null
    : !location.href.startsWith('blob:');

const importing = (address: string): string =>
  URL.createObjectURL(new Blob([`import ${JSON.stringify(address)};`], { type: 'text/javascript' }));
