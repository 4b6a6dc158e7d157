declare const self: ServiceWorkerGlobalScope;

/** What reaches a network and is not needed here. */
const FURTHER_WAYS = ['WebSocket', 'WebSocketStream', 'EventSource', 'WebTransport', 'importScripts'];

/**
 * Keeps the service worker, and whatever it answers, to the app's own origin; called before anything else.
 *
 * A service worker takes its policy from its host's headers. A plain host sends none, and a service worker cannot
 * answer the request for its own script. So `fetch` and the caches refuse other origins here, and everything else
 * that reaches a network is given up. See [Note: Policy].
 */
export function keepToOwnOrigin(): void {
  for (const name of FURTHER_WAYS) Reflect.deleteProperty(self, name);
  Reflect.deleteProperty(Reflect.getPrototypeOf(self.registration)!, 'backgroundFetch');

  const fetchAny = self.fetch.bind(self);
  self.fetch = async (input, init) => fetchAny(own(input), init);
  /* eslint-disable @typescript-eslint/unbound-method -- both are called on the cache that they were asked of. */
  const { add, addAll } = Cache.prototype;
  /* eslint-enable @typescript-eslint/unbound-method */
  Cache.prototype.add = async function (request) {
    return add.call(this, own(request));
  };
  Cache.prototype.addAll = async function (requests: Iterable<RequestInfo>) {
    return addAll.call(this, [...requests].map(own));
  };

  self.addEventListener('fetch', (event) => {
    if (isOwn(event.request)) return;
    // No other listener answers it.
    event.stopImmediatePropagation();
    event.respondWith(Response.error());
  });
}

const isOwn = (input: RequestInfo | URL): boolean =>
  new URL(input instanceof Request ? input.url : input, self.location.href).origin === self.location.origin;

function own<Input extends RequestInfo | URL>(input: Input): Input {
  if (isOwn(input)) return input;
  throw new TypeError('Kakomi asks nothing of another origin.');
}
