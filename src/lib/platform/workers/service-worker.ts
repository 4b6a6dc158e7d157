/**
 * Messages to the service worker: which versions are open, and what it should cache. They do not use a channel,
 * because a service worker of another version, which may not know the message, must be handled too.
 */

/** Asks a service worker; null if it does not answer in time. */
export function askServiceWorker<Answer>(
  worker: ServiceWorker,
  question: { readonly type: string } & Readonly<Record<string, unknown>>,
  withinMs: number,
): Promise<Answer | null> {
  const { port1, port2 } = new MessageChannel();
  return new Promise<Answer | null>((done) => {
    port1.onmessage = ({ data }: MessageEvent<Answer>) => done(data);
    setTimeout(() => done(null), withinMs);
    worker.postMessage(question, [port2]);
  }).finally(() => port1.close());
}

/** `SKIP_WAITING` activates it. `TAB_STARTED`, `TAB_LEAVING`: see [Note: Earlier versions]. */
export const notifyServiceWorker = (
  worker: ServiceWorker | null | undefined,
  type: 'SKIP_WAITING' | 'TAB_STARTED' | 'TAB_LEAVING',
): void => worker?.postMessage({ type });

/** Answers service workers of any version, and notifies them when this tab closes. See [Note: Earlier versions]. */
export function answerForVersion(version: string): void {
  const { serviceWorker } = navigator;
  serviceWorker.addEventListener('message', ({ data, ports }: MessageEvent<{ type?: string } | null>) => {
    if (data?.type === 'WHICH_VERSION') ports[0]?.postMessage(version);
  });
  serviceWorker.startMessages();
  addEventListener('pagehide', () => notifyServiceWorker(serviceWorker.controller, 'TAB_LEAVING'));
}
