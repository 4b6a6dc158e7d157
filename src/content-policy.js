/**
 * What a page of Kakomi, and whatever it starts, may load and talk to: its own origin, and nothing else.
 *
 * [Note: Policy]
 * The policy reaches every place where a file is read, by three ways that say the same:
 * - In the page as a meta tag (`svelte.config.js`), with the hashes of the page's own inline script and style.
 * - As a header of every response that the service worker answers, and of the hosts that take the ready files
 *   `static/_headers`, `static/.htaccess` and `hosting/nginx.conf`. A dedicated worker takes its policy from its
 *   script's response; without a header it has none, whatever the page says.
 * - On the first visit no service worker answers yet, and a plain host sends no header: workers start from a blob,
 *   which inherits the page's policy (`lib/platform/workers/policed-worker.ts`).
 * The service worker's own script gets a header from the host alone: `service-worker/own-origin.ts` takes away
 * what it could reach other origins with.
 */

/** @satisfies {NonNullable<NonNullable<import('@sveltejs/kit').KitConfig['csp']>['directives']>} */
export const DIRECTIVES = {
  'default-src': ['none'],
  'script-src': ['self', 'wasm-unsafe-eval'],
  'style-src': ['self'],
  // The router's announcer carries a style attribute.
  'style-src-attr': ['unsafe-inline'],
  'img-src': ['self', 'blob:', 'data:'],
  'font-src': ['self'],
  'connect-src': ['self'],
  // A worker from a blob inherits the policy of who starts it.
  'worker-src': ['self', 'blob:'],
  'manifest-src': ['self'],
  'base-uri': ['none'],
  'form-action': ['none'],
  'object-src': ['none'],
};

/**
 * One header serves pages and workers. The hashes of a page's inline script and style change with every build and
 * stand in its meta tag; all policies of a page hold at once, so nothing else that is inline runs either.
 */
const INLINE_BY_HASH = ['script-src', 'style-src'];

/** @param {string} source */
const quoted = (source) => (source.endsWith(':') ? source : `'${source}'`);

const policy = [
  ...Object.entries(DIRECTIVES).map(([name, sources]) =>
    [name, ...sources.map(quoted), ...(INLINE_BY_HASH.includes(name) ? ["'unsafe-inline'"] : [])].join(' '),
  ),
  // A meta tag cannot say this one.
  "frame-ancestors 'none'",
].join('; ');

/** What every response of the app should carry; the last three make a page cross-origin isolated. */
export const HEADERS = /** @type {const} */ ({
  'Content-Security-Policy': policy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
});
